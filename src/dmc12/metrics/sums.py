"""Exact sums of metrics: no order of contexts, batches or machines changes a digit."""

from collections.abc import Sequence
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from dmc12.metrics.arrays import Columns, Floats, Ints
from dmc12.metrics.declared import Metric
from dmc12.metrics.measure import Measured

# What is summed, over contexts in which the metric is defined: its value x, its chance value, and
# both weighted by w.
TERMS = ("x", "xx", "chance", "w", "wx", "wchance", "ww", "wwx", "wwxx")
COUNTS = ("n", "n_contexts", "n_empty", "n_singleton")
SUM = pa.decimal128(38, 16)
SHIFT = 1e8
MOST = 2.0**63

Sums = dict[str, NDArray[np.int64]]  # by term, of shape (3, rankers, groups)


def sums_schema(keys: Sequence[str]) -> pa.Schema:
    """Return the columns of sums: keys, `ranker`, `metric`, `k`, COUNTS, and TERMS as decimals."""
    return pa.schema(
        [
            *[(name, pa.string()) for name in (*keys, "ranker", "metric")],
            ("k", pa.int32()),
            *[(name, pa.int64()) for name in COUNTS],
            *[(name, SUM) for name in TERMS],
        ]
    )


def sum_metrics(
    contexts: pa.RecordBatch, found: Measured, keys: Sequence[str], metrics: Sequence[Metric]
) -> pa.RecordBatch:
    """Sum metrics over the contexts of equal keys: a row a combination of keys, ranker and metric.

    `contexts` has the keys and `weight`, for each context that `found` has. Returns `sums_schema`.
    Raise OverflowError where one of the sums reaches 2^63.
    """
    order, starts, groups = _grouped(contexts, keys)
    weight = contexts["weight"].to_numpy()[order]
    rankers = list(found.metrics)
    shape = (len(rankers), len(metrics), len(starts))
    counts = np.empty(shape, np.int64)
    sums = {name: np.empty((3, *shape), np.int64) for name in TERMS}
    of_weights: dict[bytes, Sums] = {}
    # A metric at a time: its terms stay in the processor's cache.
    for turn, metric in enumerate(metrics):
        x = np.stack([found.metrics[ranker][metric.column][order] for ranker in rankers])
        is_defined = ~np.isnan(x)
        counts[:, turn] = np.add.reduceat(is_defined.astype(np.int64), starts, axis=1)
        # What is not a ranker's own is summed once where all are defined for the same contexts.
        shared = is_defined[:1] if (is_defined == is_defined[0]).all() else is_defined
        w = np.where(shared, weight, 0)
        chance = np.where(shared, found.chance[metric.column][order], 0)
        if shared.tobytes() not in of_weights:
            of_weights[shared.tobytes()] = _sums({"w": w, "ww": w * w}, starts)
        for name, term in {
            **_sums(_terms_of_values(np.where(is_defined, x, 0), w), starts),
            **_sums({"chance": chance, "wchance": w * chance}, starts),
            **of_weights[shared.tobytes()],
        }.items():
            sums[name][:, :, turn] = term
    of_group = {
        "n_contexts": np.diff(np.append(starts, len(order))),
        "n_empty": np.add.reduceat((found.n_positives[order] == 0).astype(np.int64), starts),
        "n_singleton": np.add.reduceat((found.n_items[order] == 1).astype(np.int64), starts),
    }
    each, of_ranker, of_metric = (
        pa.array(indices.ravel()) for indices in np.indices((len(starts), *shape[:2]))
    )
    return pa.RecordBatch.from_pydict(
        {
            **{name: groups[name].combine_chunks().take(each) for name in keys},
            "ranker": pa.array(rankers, pa.string()).take(of_ranker),
            "metric": pa.array([metric.name for metric in metrics], pa.string()).take(of_metric),
            "k": pa.array([metric.k for metric in metrics], pa.int32()).take(of_metric),
            "n": pa.array(_by_group(counts)),
            **{name: pa.array(of).take(each) for name, of in of_group.items()},
            **{name: _decimals(sums[name]) for name in TERMS},
        },
        schema=sums_schema(keys),
    )


def _grouped(rows: pa.RecordBatch, keys: Sequence[str]) -> tuple[Ints, Ints, pa.Table]:
    """Return an order of the rows by key, where each key starts in it, and the keys."""
    table = pa.Table.from_batches([rows]).select(list(keys))
    table = table.append_column("place", pa.array(np.arange(len(table))))
    groups = table.group_by(list(keys)).aggregate([("place", "list")])
    places = groups["place_list"].combine_chunks()
    sizes = places.value_lengths().to_numpy()
    return places.flatten().to_numpy(), np.cumsum(sizes) - sizes, groups


def _terms_of_values(x: Floats, w: Floats) -> Columns:
    xx, ww = x * x, w * w
    return {"x": x, "xx": xx, "wx": w * x, "wwx": ww * x, "wwxx": ww * xx}


def _sums(terms: Columns, starts: Ints) -> Sums:
    """Return the sums of some terms of one shape."""
    found = _whole_sums(np.stack(list(terms.values()), axis=-2), starts)
    return {name: found[..., place, :] for place, name in enumerate(terms)}


def _whole_sums(values: Floats, starts: Ints) -> NDArray[np.int64]:
    """Return the sums from each start: of what is before the point, and twice eight digits behind.

    Cut so, a value is three whole numbers. Shape (..., contexts), returned as (3, ..., groups).
    """
    sizes = np.abs(values)
    may_overflow = sizes.max(initial=0) * values.shape[-1] >= MOST
    if may_overflow and np.add.reduceat(sizes, starts, axis=-1).max() >= MOST:
        raise OverflowError(
            f"a sum of squared weights reaches {MOST:.3g}: contexts' inclusion probabilities are "
            "too small for exact sums"
        )
    whole = values.astype(np.int64)
    behind = (values - whole) * SHIFT
    upper = behind.astype(np.int64)
    lower = ((behind - upper) * SHIFT).astype(np.int64)
    return np.stack([np.add.reduceat(digits, starts, axis=-1) for digits in (whole, upper, lower)])


def _by_group(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return values of shape (rankers, metrics, groups) a group after another."""
    return np.moveaxis(values, -1, 0).ravel()


def _decimals(sums: NDArray[np.int64]) -> pa.Array:
    """Put together what was cut, as `_by_group` orders it. Shape (3, rankers, metrics, groups)."""
    whole, upper, lower = (pa.array(_by_group(part)).cast(pa.decimal128(19)) for part in sums)
    for digits, unit in ((upper, "1E-8"), (lower, "1E-16")):
        whole = pc.add(whole, pc.multiply(digits, pa.scalar(Decimal(unit))))
    return whole.cast(SUM)
