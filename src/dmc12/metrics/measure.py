"""All metrics of all rankers in one pass over the contexts' labels and scores."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from dmc12.metrics.arrays import Columns, Floats, Ints
from dmc12.metrics.declared import Metric
from dmc12.metrics.discounts import DISCOUNTS
from dmc12.metrics.library import METRICS
from dmc12.metrics.lists import AT_ONCE, Lists
from dmc12.metrics.ranking import Ranking


@dataclass(frozen=True)
class Measured:
    """What metrics are worth: columns of a value a context, NaN where undefined.

    `metrics` holds them by ranker, `chance` those of a random order of the items; `n_items` and
    `n_positives` count each context's items and positives, and `unscored` tells, by ranker, which
    contexts have an item without a score.
    """

    metrics: dict[str, Columns]
    chance: Columns
    n_items: Ints
    n_positives: Ints
    unscored: dict[str, NDArray[np.bool_]]


def measure(
    labels: Floats,
    group_sizes: Ints,
    scores: Mapping[str, Floats],
    metrics: Sequence[Metric],
    discount: str = "log2",
    at_once: int = AT_ONCE,
) -> Measured:
    """Measure the rankings of contexts by each ranker's scores, ties resolved in expectation.

    `labels` and `scores` have an entry an item, context by context, `group_sizes` the number of
    items of each context. All metrics are NaN of a context without a positive, a ranker's where a
    score of it is NaN, and those that need a negative of a context without one.
    """
    n_contexts = len(group_sizes)
    ends = np.cumsum(group_sizes)
    unscored = {ranker: _unscored(own, ends) for ranker, own in scores.items()}
    scored = {
        ranker: np.where(np.isnan(own), 0.0, own) if unscored[ranker].any() else own
        for ranker, own in scores.items()
    }

    n_positives = np.zeros(n_contexts, dtype=np.int64)
    chance = _undefined(metrics, n_contexts)
    values = {ranker: _undefined(metrics, n_contexts) for ranker in scores}
    for lists in Lists.divide(labels, group_sizes, at_once):
        n_positives[lists.contexts] = lists.n_positives
        _take(chance, lists.tied(), metrics, discount)
        for ranker, columns in values.items():
            _take(columns, lists.rank(scored[ranker]), metrics, discount)
    for ranker, columns in values.items():
        for column in columns.values():
            column[unscored[ranker]] = np.nan
    return Measured(values, chance, group_sizes, n_positives, unscored)


def _unscored(scores: Floats, ends: Ints) -> NDArray[np.bool_]:
    """Tell which contexts, each ending before an item, have an item without a score."""
    contexts = np.searchsorted(ends, np.flatnonzero(np.isnan(scores)), side="right")
    return np.bincount(contexts, minlength=len(ends)) > 0


def _undefined(metrics: Sequence[Metric], n_contexts: int) -> Columns:
    return {metric.column: np.full(n_contexts, np.nan) for metric in metrics}


def _take(columns: Columns, ranking: Ranking, metrics: Sequence[Metric], discount: str) -> None:
    """Put each metric of the ranked contexts into its column."""
    lists = ranking.lists
    has_negative = lists.n_positives < lists.n_items
    for metric in metrics:
        found = METRICS[metric.name](ranking, metric.k, DISCOUNTS[discount])
        if metric.needs_negative:
            found = np.where(has_negative, found, np.nan)
        columns[metric.column][lists.contexts] = found


def measure_lists(
    contexts: pa.RecordBatch, rankers: Sequence[str], metrics: Sequence[Metric], discount: str
) -> Measured:
    """Measure contexts that have `labels` (a list of doubles) and `scores` (of structs, by ranker).

    The batch may be a slice. A context of null items has none.
    """
    labels, scores = contexts["labels"], contexts["scores"].flatten()
    sizes = labels.value_lengths().fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
    return measure(
        _floats(labels.flatten()),
        sizes,
        {ranker: _floats(scores.field(ranker)) for ranker in rankers},
        metrics,
        discount,
    )


def measure_batch(
    contexts: pa.RecordBatch, rankers: Sequence[str], metrics: Sequence[Metric], discount: str
) -> pa.RecordBatch:
    """Return a row a context and ranker, with its `metrics` and what `chance` gives.

    `contexts` is as `measure_lists` takes it; all other columns are kept. `metrics` is null where
    the ranker has not scored every item.
    """
    found = measure_lists(contexts, rankers, metrics, discount)
    by_column = {
        metric.column: np.column_stack(
            [found.metrics[ranker][metric.column] for ranker in rankers]
        ).ravel()
        for metric in metrics
    }
    unscored = np.column_stack([found.unscored[ranker] for ranker in rankers]).ravel()
    kept = [name for name in contexts.schema.names if name not in ("labels", "scores")]
    rows = np.repeat(np.arange(len(contexts)), len(rankers))
    turns = pa.array(np.tile(np.arange(len(rankers)), len(contexts)), pa.int32())
    return pa.RecordBatch.from_pydict(
        {
            **{name: contexts[name].take(pa.array(rows)) for name in kept},
            "ranker": pa.array(rankers, pa.string()).take(turns),
            "n_items": pa.array(found.n_items[rows], pa.int32()),
            "n_positives": pa.array(found.n_positives[rows], pa.int32()),
            "metrics": _struct(by_column, unscored),
            "chance": _struct({name: values[rows] for name, values in found.chance.items()}),
        }
    )


def _floats(column: pa.Array) -> Floats:
    """Return a column as doubles, null as NaN."""
    return column.to_numpy(zero_copy_only=False)  # type: ignore[no-any-return]


def _struct(columns: Mapping[str, Floats], is_null: NDArray[np.bool_] | None = None) -> pa.Array:
    """Return a struct of columns, NaN as null."""
    return pa.StructArray.from_arrays(
        [pa.array(values, pa.float64(), from_pandas=True) for values in columns.values()],
        names=list(columns),
        mask=None if is_null is None else pa.array(is_null),
    )
