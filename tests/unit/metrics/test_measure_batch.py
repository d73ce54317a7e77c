"""Batches of contexts as Spark gives them."""

from typing import Any

import pyarrow as pa
import pytest
from measuring import declared_metrics

from dmc12.batches import gather
from dmc12.metrics import measure_batch

METRICS = declared_metrics([1])
SCORES = pa.list_(pa.struct([("a", pa.float64()), ("b", pa.float64())]))


def batch(*contexts: tuple[list[float] | None, list[tuple[float | None, ...]] | None]) -> Any:
    """Contexts of labels and of scores by `a` and `b`."""
    labels, scores = zip(*contexts, strict=True)
    columns: dict[str, Any] = {"profile_id": pa.array(range(len(contexts)))}
    columns["labels"] = pa.array(labels, pa.list_(pa.float64()))
    columns["scores"] = pa.array(
        [None if them is None else [dict(zip("ab", one, strict=True)) for one in them]
         for them in scores],
        SCORES,
    )  # fmt: skip
    return pa.RecordBatch.from_pydict(columns)


def measured(contexts: pa.RecordBatch) -> list[dict[str, Any]]:
    return measure_batch(contexts, ["a", "b"], METRICS, "log2").to_pylist()  # type: ignore[no-any-return]


PERFECT_AND_NOT = ([0.0, 2.0], [(1.0, 2.0), (2.0, 1.0)])


def test_a_row_a_context_and_ranker() -> None:
    rows = measured(batch(PERFECT_AND_NOT, PERFECT_AND_NOT))
    assert [(row["profile_id"], row["ranker"]) for row in rows] == [
        (0, "a"), (0, "b"), (1, "a"), (1, "b"),
    ]  # fmt: skip
    assert [row["metrics"]["mrr"] for row in rows] == [1, 0.5, 1, 0.5]
    assert {(row["n_items"], row["n_positives"], row["chance"]["mrr"]) for row in rows} == {
        (2, 1, 0.75)
    }


def test_a_slice_of_a_batch_is_measured_as_itself() -> None:
    whole = batch(([1.0], [(0.0, 0.0)]), PERFECT_AND_NOT, ([0.0], [(0.0, 0.0)]))
    (found, _) = measured(whole.slice(1, 1))
    assert (found["profile_id"], found["n_items"], found["metrics"]["mrr"]) == (1, 2, 1)


@pytest.mark.parametrize("score", [None, float("nan")])
def test_a_ranker_that_has_not_scored_every_item_has_no_metrics(score: float | None) -> None:
    one, other = measured(batch(([0.0, 1.0], [(1.0, score), (2.0, 9.0)])))
    assert one["metrics"]["mrr"] == 1
    assert other["metrics"] is None
    assert other["chance"] == one["chance"]


@pytest.mark.parametrize("context", [(None, None), ([], []), ([0.0], [(1.0, 1.0)])])
def test_without_a_positive_all_is_null(context: Any) -> None:
    first, *_ = measured(batch(context, PERFECT_AND_NOT))
    assert first["n_positives"] == 0
    assert set(first["metrics"].values()) == set(first["chance"].values()) == {None}


def test_infinite_scores_have_ranks() -> None:
    scores = [(float("inf"), float("-inf")), (0.0, 0.0), (float("-inf"), float("-inf"))]
    one, other = measured(batch(([1.0, 0.0, 0.0], scores), ([0.0] * 9, [(0.0, 0.0)] * 9)))[:2]
    assert one["metrics"]["mrr"] == 1
    assert other["metrics"]["mrr"] == pytest.approx((1 / 2 + 1 / 3) / 2)


def test_no_context_is_no_row() -> None:
    assert measured(batch(PERFECT_AND_NOT).slice(0, 0)) == []


def test_small_batches_are_put_together_and_none_is_lost() -> None:
    contexts = [
        ([1.0, 0.0], [(1.0, 2.0), (2.0, 1.0)]),
        (None, None),
        ([0.0], [(1.0, 1.0)]),
        ([1.0] * 3, [(1.0, 1.0)] * 3),
    ]
    given = batch(*contexts, *contexts)
    parts = [given.slice(0, 2), given.slice(2, 0), given.slice(2, 1), given.slice(3, 5)]
    found = list(gather(parts, n_items=3))
    assert [len(one) for one in found] == [3, 5]
    assert pa.Table.from_batches(found) == pa.Table.from_batches([given])
    assert list(gather([given.slice(0, 0)])) == []
