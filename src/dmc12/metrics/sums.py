"""Exact sums of metrics: no order of contexts, batches or machines changes a digit."""

from collections.abc import Sequence
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from dmc12.metrics.arrays import Columns, Floats, Ints
from dmc12.metrics.declared import Metric

# What is summed, over contexts in which the metric is defined: its value x, its chance value, and
# both weighted by w.
TERMS = ("x", "xx", "chance", "w", "wx", "wchance", "ww", "wwx", "wwxx")
COUNTS = ("n", "n_contexts", "n_empty", "n_singleton")
SUM = pa.decimal128(38, 16)
SHIFT = 1e8
MOST = 2.0**63


def sums_schema(keys: Sequence[str]) -> pa.Schema:
    """Return the columns of sums: keys, `metric`, `k`, COUNTS, and TERMS as decimals."""
    return pa.schema(
        [
            *[(name, pa.string()) for name in (*keys, "metric")],
            ("k", pa.int32()),
            *[(name, pa.int64()) for name in COUNTS],
            *[(name, SUM) for name in TERMS],
        ]
    )


def sum_metrics(
    rows: pa.RecordBatch, keys: Sequence[str], metrics: Sequence[Metric]
) -> pa.RecordBatch:
    """Sum metrics over the rows that have equal keys. A row a combination of keys and metric.

    Columns read: the keys, `n_items`, `n_positives`, `weight`, and the structs `metrics` and
    `chance`. Returns `sums_schema`. Raise OverflowError where one of the sums reaches 2^63.
    """
    order, starts, groups = _grouped(rows, keys)
    values, chances = (_columns(rows[name]) for name in ("metrics", "chance"))
    n_items, n_positives, weight = (
        rows[name].to_numpy()[order] for name in ("n_items", "n_positives", "weight")
    )
    counts = np.empty((len(metrics), len(starts)), np.int64)
    sums = {name: np.empty((3, len(metrics), len(starts)), np.int64) for name in TERMS}
    # A metric at a time: its terms stay in the processor's cache.
    for turn, metric in enumerate(metrics):
        x, chance = (columns[metric.column][order] for columns in (values, chances))
        is_defined = ~np.isnan(x)
        counts[turn] = np.add.reduceat(is_defined.astype(np.int64), starts)
        for name, term in _terms(x, chance, weight, is_defined).items():
            sums[name][:, turn] = _whole_sums(term, starts)
    of_group = {
        "n_contexts": np.diff(np.append(starts, len(order))),
        "n_empty": np.add.reduceat((n_positives == 0).astype(np.int64), starts),
        "n_singleton": np.add.reduceat((n_items == 1).astype(np.int64), starts),
    }
    each = pa.array(np.repeat(np.arange(len(starts)), len(metrics)))
    turns = pa.array(np.tile(np.arange(len(metrics)), len(starts)))
    return pa.RecordBatch.from_pydict(
        {
            **{name: groups[name].combine_chunks().take(each) for name in keys},
            "metric": pa.array([metric.name for metric in metrics], pa.string()).take(turns),
            "k": pa.array([metric.k for metric in metrics], pa.int32()).take(turns),
            "n": pa.array(counts.T.ravel()),
            **{name: pa.array(found).take(each) for name, found in of_group.items()},
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


def _columns(struct: pa.StructArray) -> dict[str, Floats]:
    """Return the columns of a struct of doubles, null as NaN."""
    return {
        name: column.to_numpy(zero_copy_only=False)
        for name, column in zip(struct.type.names, struct.flatten(), strict=True)
    }


def _terms(x: Floats, chance: Floats, weight: Floats, is_defined: NDArray[np.bool_]) -> Columns:
    """Return TERMS, a value a row, 0 where the metric is undefined."""
    x, chance, w = (np.where(is_defined, given, 0) for given in (x, chance, weight))
    xx, ww = x * x, w * w
    return {
        "x": x,
        "xx": xx,
        "chance": chance,
        "w": w,
        "wx": w * x,
        "wchance": w * chance,
        "ww": ww,
        "wwx": ww * x,
        "wwxx": ww * xx,
    }


def _whole_sums(values: Floats, starts: Ints) -> NDArray[np.int64]:
    """Return the sums from each start: of what is before the point, and twice eight digits behind.

    Cut so, a value is three whole numbers.
    """
    if np.add.reduceat(np.abs(values), starts).max(initial=0) >= MOST:
        raise OverflowError(
            f"a sum of squared weights reaches {MOST:.3g}: contexts' inclusion probabilities are "
            "too small for exact sums"
        )
    whole = values.astype(np.int64)
    behind = (values - whole) * SHIFT
    upper = behind.astype(np.int64)
    lower = ((behind - upper) * SHIFT).astype(np.int64)
    return np.stack([np.add.reduceat(digits, starts) for digits in (whole, upper, lower)])


def _decimals(sums: NDArray[np.int64]) -> pa.Array:
    """Put together what was cut. Shape (3, metrics, groups), returned a group after another."""
    whole, upper, lower = (pa.array(part.T.ravel()).cast(pa.decimal128(19)) for part in sums)
    for digits, unit in ((upper, "1E-8"), (lower, "1E-16")):
        whole = pc.add(whole, pc.multiply(digits, pa.scalar(Decimal(unit))))
    return whole.cast(SUM)
