"""Sums are exact: of every term, whatever the order and the division of the rows."""

import random
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pyarrow as pa
import pytest

from dmc12.metrics import MetricSpec, metrics_at
from dmc12.metrics.sums import COUNTS, TERMS, sum_metrics

METRICS = metrics_at({"ndcg": MetricSpec(at=["whole", "k"])}, [5])
VALUES = pa.struct([("ndcg", pa.float64()), ("ndcg_at_5", pa.float64())])
SCHEMA = pa.schema([
    ("split", pa.string()),
    ("slice_country", pa.string()),
    ("n_items", pa.int32()),
    ("n_positives", pa.int32()),
    ("weight", pa.float64()),
    ("metrics", VALUES),
    ("chance", VALUES),
])  # fmt: skip
Row = dict[str, Any]


def rows(count: int, seed: int = 12) -> list[Row]:
    draw = random.Random(seed)

    def values() -> dict[str, float]:
        return {"ndcg": draw.random(), "ndcg_at_5": draw.random()}

    def row() -> Row:
        positives = draw.randint(0, 2)
        undefined = dict.fromkeys(("ndcg", "ndcg_at_5"))
        return {
            "split": draw.choice(["test", "validation"]),
            "slice_country": draw.choice(["NL", "US", None]),
            "n_items": draw.randint(1, 2),
            "n_positives": positives,
            "weight": 1 / draw.random() ** 3,
            "metrics": draw.choice([values(), None]) if positives else undefined,
            "chance": values() if positives else undefined,
        }

    return [row() for _ in range(count)]


def summed(given: list[Row]) -> pa.Table:
    batch = pa.RecordBatch.from_pylist(given, SCHEMA)
    found = pa.Table.from_batches([sum_metrics(batch, ["split", "slice_country"], METRICS)])
    return found.sort_by(
        [(name, "ascending") for name in ("split", "slice_country", "metric", "k")]
    )


def test_every_term_is_what_its_name_says() -> None:
    given = rows(200)
    for found in summed(given).to_pylist():
        column = "ndcg_at_5" if found["k"] else "ndcg"
        group = [
            row for row in given
            if (row["split"], row["slice_country"]) == (found["split"], found["slice_country"])
        ]  # fmt: skip
        defined = [row for row in group if (row["metrics"] or {}).get(column) is not None]
        assert tuple(found[name] for name in COUNTS) == (
            len(defined),
            len(group),
            sum(row["n_positives"] == 0 for row in group),
            sum(row["n_items"] == 1 for row in group),
        )
        expected = dict.fromkeys(TERMS, Fraction(0))
        for row in defined:
            x, chance, w = (
                Fraction(value)
                for value in (row["metrics"][column], row["chance"][column], row["weight"])
            )
            for name, term in zip(
                TERMS,
                (x, x * x, chance, w, w * x, w * chance, w * w, w * w * x, w * w * x * x),
                strict=True,
            ):
                expected[name] += term
        for name in TERMS:
            assert float(found[name]) == pytest.approx(float(expected[name]), rel=1e-13)


def test_order_and_division_change_no_digit() -> None:
    given = rows(300)
    whole = summed(given)
    assert summed(random.Random(1).sample(given, len(given))) == whole
    first, second = summed(given[:150]), summed(given[150:])
    assert first.select(["split", "slice_country", "k"]) == second.select(
        ["split", "slice_country", "k"]
    )
    for name in TERMS:
        parts = zip(first[name].to_pylist(), second[name].to_pylist(), strict=True)
        assert [one + other for one, other in parts] == whole[name].to_pylist()


def test_sums_are_to_sixteen_digits_after_the_point() -> None:
    value = 0.1234567890123456
    row = rows(1)[0] | {
        "n_positives": 1,
        "weight": 1.0,
        "metrics": {"ndcg": value, "ndcg_at_5": None},
    }
    row["chance"] = {"ndcg": 0.5, "ndcg_at_5": 0.5}
    found = summed([row] * 1000)  # at 5, then on the whole list
    assert abs(found["x"][1].as_py() - 1000 * Decimal(value)) < Decimal("1e-13")
    assert (found["n"].to_pylist(), found["chance"][1].as_py()) == ([0, 1000], 500)


def test_weights_too_great_to_be_summed_are_an_error() -> None:
    row = rows(1)[0] | {"n_positives": 1, "weight": 2.5e9}
    row |= {"metrics": {"ndcg": 1.0, "ndcg_at_5": 1.0}, "chance": {"ndcg": 1.0, "ndcg_at_5": 1.0}}
    apart = [row | {"slice_country": country} for country in ("NL", "US")]
    assert {float(ww) for ww in summed(apart)["ww"].to_pylist()} == {6.25e18}
    with pytest.raises(OverflowError, match="inclusion probabilities are too small"):
        summed([row, row])
