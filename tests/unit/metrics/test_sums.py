"""Sums are exact: of every term, whatever the order and the division of the rows."""

import random
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from dmc12.metrics import Measured, MetricSpec, metrics_at
from dmc12.metrics.sums import COUNTS, TERMS, sum_metrics

METRICS = metrics_at({"ndcg": MetricSpec(at=["whole", "k"])}, [5])
COLUMNS = ("ndcg", "ndcg_at_5")
RANKERS = ("a", "b")
KEYS = ("split", "slice_country")
UNDEFINED = dict.fromkeys(COLUMNS)
Row = dict[str, Any]


def rows(count: int, seed: int = 12) -> list[Row]:
    """Contexts, some without a positive, some not wholly scored by a ranker."""
    draw = random.Random(seed)

    def values() -> dict[str, float]:
        return {column: draw.random() for column in COLUMNS}

    def row() -> Row:
        positives = draw.randint(0, 2)
        return {
            "split": draw.choice(["test", "validation"]),
            "slice_country": draw.choice(["NL", "US", None]),
            "n_items": draw.randint(1, 2),
            "n_positives": positives,
            "weight": 1 / draw.random() ** 3,
            "metrics": {
                ranker: draw.choice([values(), UNDEFINED]) if positives else UNDEFINED
                for ranker in RANKERS
            },
            "chance": values() if positives else UNDEFINED,
        }

    return [row() for _ in range(count)]


def summed(given: list[Row]) -> pa.Table:
    def column(name: str) -> list[Any]:
        return [row[name] for row in given]

    def columns(found: list[Row]) -> dict[str, Any]:
        return {name: np.array([values[name] for values in found], float) for name in COLUMNS}

    contexts = pa.RecordBatch.from_pydict({name: column(name) for name in (*KEYS, "weight")})
    found = Measured(
        metrics={ranker: columns([row[ranker] for row in column("metrics")]) for ranker in RANKERS},
        chance=columns(column("chance")),
        n_items=np.array(column("n_items")),
        n_positives=np.array(column("n_positives")),
        unscored={},
    )
    sums = pa.Table.from_batches([sum_metrics(contexts, found, KEYS, METRICS)])
    return sums.sort_by([(name, "ascending") for name in (*KEYS, "ranker", "metric", "k")])


def test_every_term_is_what_its_name_says() -> None:
    given = rows(200)
    for found in summed(given).to_pylist():
        column = "ndcg_at_5" if found["k"] else "ndcg"
        group = [
            row for row in given
            if (row["split"], row["slice_country"]) == (found["split"], found["slice_country"])
        ]  # fmt: skip
        ranker = found["ranker"]
        defined = [row for row in group if row["metrics"][ranker][column] is not None]
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
                for value in (row["metrics"][ranker][column], row["chance"][column], row["weight"])
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
    keys = [*KEYS, "ranker", "k"]
    assert first.select(keys) == second.select(keys)
    for name in TERMS:
        one, other, both = (map(Fraction, of[name].to_pylist()) for of in (first, second, whole))
        assert [sum(parts) for parts in zip(one, other, strict=True)] == list(both)


def test_rankers_and_their_absence_change_no_sum_of_another() -> None:
    given = rows(100)
    alone = [row | {"metrics": row["metrics"] | {"b": UNDEFINED}} for row in given]
    of_a = [table.filter(pc.field("ranker") == "a") for table in (summed(given), summed(alone))]
    assert of_a[0] == of_a[1]


def test_weights_of_undefined_contexts_do_not_count() -> None:
    given = [row for row in rows(50) if row["n_positives"]]
    empty = {"n_positives": 0, "chance": UNDEFINED, "metrics": dict.fromkeys(RANKERS, UNDEFINED)}
    endless = [row | empty | {"weight": float("inf")} for row in given]
    assert summed(given + endless).select(TERMS) == summed(given).select(TERMS)


def test_sums_are_to_sixteen_digits_after_the_point() -> None:
    value = 0.1234567890123456
    row = rows(1)[0] | {
        "n_positives": 1,
        "weight": 1.0,
        "metrics": {ranker: {"ndcg": value, "ndcg_at_5": None} for ranker in RANKERS},
        "chance": {"ndcg": 0.5, "ndcg_at_5": 0.5},
    }
    found = summed([row] * 1000)  # for each ranker at 5, then on the whole list
    assert abs(found["x"][1].as_py() - 1000 * Decimal(value)) < Decimal("1e-13")
    assert (found["n"].to_pylist(), found["chance"][1].as_py()) == ([0, 1000] * 2, 500)


def test_weights_too_great_to_be_summed_are_an_error() -> None:
    ones = dict.fromkeys(COLUMNS, 1.0)
    row = rows(1)[0] | {"n_positives": 1, "weight": 2.5e9}
    row |= {"metrics": dict.fromkeys(RANKERS, ones), "chance": ones}
    apart = [row | {"slice_country": country} for country in ("NL", "US")]
    assert {float(ww) for ww in summed(apart)["ww"].to_pylist()} == {6.25e18}
    with pytest.raises(OverflowError, match="inclusion probabilities are too small"):
        summed([row, row])
