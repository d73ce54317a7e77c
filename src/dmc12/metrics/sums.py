"""Exact sums of metrics: no order of contexts, batches or machines changes a digit."""

from collections.abc import Sequence
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from dmc12.metrics.arrays import Floats, Ints
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
    values = _matrix(rows["metrics"], metrics)[order]
    is_defined = ~np.isnan(values)
    x = np.where(is_defined, values, 0)
    chance = np.where(is_defined, _matrix(rows["chance"], metrics)[order], 0)
    weight = rows["weight"].to_numpy()[order, None]
    w = np.where(is_defined, weight, 0)
    terms = {
        "x": x,
        "xx": x * x,
        "chance": chance,
        "w": w,
        "wx": w * x,
        "wchance": w * chance,
        "ww": w * weight,
        "wwx": w * weight * x,
        "wwxx": w * weight * x * x,
    }
    n_items, n_positives = (rows[name].to_numpy()[order] for name in ("n_items", "n_positives"))
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
            "n": pa.array(np.add.reduceat(is_defined.astype(np.int64), starts).ravel()),
            **{name: pa.array(counts).take(each) for name, counts in of_group.items()},
            **{name: _exact_sums(terms[name], starts) for name in TERMS},
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


def _matrix(struct: pa.StructArray, metrics: Sequence[Metric]) -> Floats:
    """Return a struct of doubles as rows x metrics, null as NaN."""
    by_name = dict(zip(struct.type.names, struct.flatten(), strict=True))
    return np.column_stack(
        [by_name[metric.column].to_numpy(zero_copy_only=False) for metric in metrics]
    )


def _exact_sums(values: Floats, starts: Ints) -> pa.Array:
    """Return each column's sums from each start, start by start.

    A value is cut into whole numbers, what is before the point and twice eight digits behind it.
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
    total = _decimals(whole, starts)
    for digits, unit in ((upper, "1E-8"), (lower, "1E-16")):
        total = pc.add(total, pc.multiply(_decimals(digits, starts), pa.scalar(Decimal(unit))))
    return total.cast(SUM)


def _decimals(whole: NDArray[np.int64], starts: Ints) -> pa.Array:
    return pa.array(np.add.reduceat(whole, starts).ravel()).cast(pa.decimal128(19))
