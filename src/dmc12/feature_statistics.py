"""Statistics of features by split and day, in one pass: counted by batch, merged, described.

Values are counted in bins of a fixed grid, so that counts of any batches add up, and quantiles and
stability indices come from the bins. Source of the grid: Masson, Rim, Lee 2019, DDSketch, doi
10.14778/3352063.3352135. Means and deviations are of the values themselves, the sums of contexts
added without rounding (`math.fsum`), so that no order of rows changes a digit.
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from dmc12.columns import microseconds
from dmc12.encoders import FEATURES
from dmc12.encoders.batch import DAY

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Row = dict[str, Any]

BINS_PER_OCTAVE = 16  # a quantile is within 2.2 % of the value it stands for
SMALLEST = -40  # log2 of the magnitude below which a value counts as 0
QUANTILES = {"p01": 0.01, "p10": 0.1, "p50": 0.5, "p90": 0.9, "p99": 0.99}
PSI_BUCKETS = 10
PSI_FLOOR = 1e-4  # share that an empty bucket counts as

_COUNTS = [pa.field(name, pa.list_(pa.int64())) for name in ("feature", "bin", "n")]
_KEY = [pa.field("split", pa.string()), pa.field("day", pa.date32())]

COUNTED = pa.schema(
    [
        *_KEY,
        pa.field("n_items", pa.int64()),
        pa.field("sums", pa.list_(pa.list_(pa.float64()))),  # features x contexts
        pa.field("squares", pa.list_(pa.list_(pa.float64()))),
        pa.field("n_missing", pa.list_(pa.int64())),
        pa.field("n_null", pa.list_(pa.int64())),
        *_COUNTS,
    ]
)
MERGED = pa.schema(
    [
        *_KEY,
        pa.field("feature", pa.int64()),
        pa.field("n_items", pa.int64()),
        pa.field("sum", pa.float64()),
        pa.field("square", pa.float64()),
        pa.field("n_missing", pa.int64()),
        pa.field("n_null", pa.int64()),
        pa.field("bin", pa.list_(pa.int64())),
        pa.field("n", pa.list_(pa.int64())),
    ]
)
DESCRIBED = pa.schema(
    [
        pa.field("split", pa.string()),
        pa.field("day", pa.date32()),
        pa.field("feature", pa.string()),
        pa.field("n_items", pa.int64()),
        pa.field("null_rate", pa.float64()),
        pa.field("missing_rate", pa.float64()),
        pa.field("mean", pa.float64()),
        pa.field("sd", pa.float64()),
        *(pa.field(name, pa.float64()) for name in QUANTILES),
        pa.field("psi", pa.float64()),
    ]
)


def count_batch(contexts: pa.RecordBatch, names: Sequence[str]) -> pa.RecordBatch:
    """Count a batch of contexts; return a row a split and day, with `COUNTED`'s columns.

    `contexts` has the columns split, context_at and features, a list of structs.
    """
    day = microseconds(contexts["context_at"]) // DAY
    split = contexts["split"].dictionary_encode()
    key = day * len(split.dictionary) + split.indices.to_numpy()
    keys, group_of_context = np.unique(key, return_inverse=True)
    context = contexts["features"].value_parent_indices().to_numpy()
    structs = contexts["features"].flatten()
    group = group_of_context[context]
    shape = (len(keys), len(names))
    missing, null = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    sums, squares = np.empty((2, len(names), contexts.num_rows))
    counted = []
    for place, name in enumerate(names):
        column = structs.field(name)
        is_null = column.is_null().to_numpy(zero_copy_only=False)
        values = np.where(is_null, 0.0, column.to_numpy(zero_copy_only=False))
        sums[place] = np.bincount(context, values, contexts.num_rows)
        squares[place] = np.bincount(context, values**2, contexts.num_rows)
        null[:, place] = np.bincount(group[is_null], minlength=len(keys))
        marker = FEATURES[name].features[name].missing
        if marker is not None:
            is_missing = ~is_null & (values == marker)
            missing[:, place] = np.bincount(group[is_missing], minlength=len(keys))
        counted.append(_counts(group[~is_null], len(keys), bin_of(values[~is_null])))
    rows = []
    for one in range(len(keys)):
        own = group_of_context == one
        bins, n = zip(*(of_groups[one] for of_groups in counted), strict=True)
        rows.append(
            {
                "split": split.dictionary[int(keys[one] % len(split.dictionary))].as_py(),
                "day": int(keys[one] // len(split.dictionary)),
                "n_items": int((group == one).sum()),
                "sums": sums[:, own].tolist(),
                "squares": squares[:, own].tolist(),
                "n_missing": missing[one].tolist(),
                "n_null": null[one].tolist(),
                "feature": np.repeat(np.arange(len(names)), [len(one) for one in bins]),
                "bin": np.concatenate(bins),
                "n": np.concatenate(n),
            }
        )
    return pa.RecordBatch.from_pylist(rows, COUNTED)


def _counts(group: Ints, n_groups: int, bins: Ints) -> list[tuple[Ints, Ints]]:
    """Count a feature's bins in each group: the bins that occur, ascending, and how often."""
    lowest = int(bins.min(initial=0))
    width = int(bins.max(initial=0)) - lowest + 1
    counts = np.bincount(group * width + bins - lowest, minlength=n_groups * width)
    of_groups = [(np.flatnonzero(row), row) for row in counts.reshape(n_groups, width)]
    return [(places + lowest, row[places]) for places, row in of_groups]


def bin_of(values: Floats) -> Ints:
    """Give each value its bin: 0 for zero, ascending with the value."""
    magnitude = np.abs(values)
    is_zero = magnitude < 2.0**SMALLEST
    logarithm = np.log2(np.where(is_zero, 1.0, magnitude))
    bins = np.floor((logarithm - SMALLEST) * BINS_PER_OCTAVE).astype(np.int64) + 1
    return np.where(is_zero, 0, np.sign(values).astype(np.int64) * bins)


def value_of(bins: Ints) -> Floats:
    """Give the value that stands for a bin, its geometric middle."""
    exponent = (np.abs(bins) - 0.5) / BINS_PER_OCTAVE + SMALLEST
    return np.where(bins == 0, 0.0, np.sign(bins) * np.exp2(exponent))


def merge(counted: pa.Table, names: Sequence[str]) -> pa.Table:
    """Merge the batches of one split and day into a row a feature."""
    rows = counted.to_pylist()
    feature, bins, n = (
        np.concatenate([np.asarray(row[name], np.int64) for row in rows])
        for name in ("feature", "bin", "n")
    )
    merged = []
    for place in range(len(names)):
        own = feature == place
        distinct, of_bin = np.unique(bins[own], return_inverse=True)
        merged.append(
            {
                "split": rows[0]["split"],
                "day": rows[0]["day"],
                "feature": place,
                "n_items": sum(row["n_items"] for row in rows),
                "sum": math.fsum(value for row in rows for value in row["sums"][place]),
                "square": math.fsum(value for row in rows for value in row["squares"][place]),
                "n_missing": sum(row["n_missing"][place] for row in rows),
                "n_null": sum(row["n_null"][place] for row in rows),
                "bin": distinct.tolist(),
                "n": np.bincount(of_bin, n[own], len(distinct)).astype(np.int64).tolist(),
            }
        )
    return pa.Table.from_pylist(merged, MERGED)


def describe(merged: pa.Table, names: Sequence[str]) -> pa.Table:
    """Describe each feature by split and day, and by split (day null); `psi` is against train."""
    by_key: dict[tuple[str, str, object], list[Row]] = {}
    for row in merged.to_pylist():
        name = names[row["feature"]]
        by_key.setdefault((name, row["split"], None), []).append(row)
        by_key.setdefault((name, row["split"], row["day"]), []).append(row)
    train = {
        name: histogram(rows)
        for (name, split, day), rows in by_key.items()
        if split == "train" and day is None
    }
    described = [
        _description(name, split, day, rows, train.get(name))
        for (name, split, day), rows in by_key.items()
    ]
    place = {name: index for index, name in enumerate(names)}
    described.sort(key=lambda row: (row["split"], str(row["day"] or ""), place[row["feature"]]))
    return pa.Table.from_pylist(described, DESCRIBED)


def histogram(rows: Sequence[Row]) -> tuple[Ints, Ints]:
    """Add up the bins of merged rows: bins ascending, and their counts."""
    bins = np.concatenate([np.asarray(row["bin"], np.int64) for row in rows])
    counts = np.concatenate([np.asarray(row["n"], np.int64) for row in rows])
    distinct, of_bin = np.unique(bins, return_inverse=True)
    return distinct, np.bincount(of_bin, counts, len(distinct)).astype(np.int64)


def _description(
    name: str, split: str, day: object, rows: Sequence[Row], train: tuple[Ints, Ints] | None
) -> Row:
    n_items = sum(row["n_items"] for row in rows)
    n_null = sum(row["n_null"] for row in rows)
    n_told = n_items - n_null
    bins, counts = histogram(rows)
    mean = math.fsum(row["sum"] for row in rows) / max(n_told, 1)
    square = math.fsum(row["square"] for row in rows) / max(n_told, 1)
    at = np.minimum(
        np.searchsorted(np.cumsum(counts), np.array(list(QUANTILES.values())) * n_told),
        len(bins) - 1,
    )
    quantiles = value_of(bins[at]).tolist() if n_told else [None] * len(QUANTILES)
    return {
        "split": split,
        "day": day,
        "feature": name,
        "n_items": n_items,
        "null_rate": n_null / n_items,
        "missing_rate": sum(row["n_missing"] for row in rows) / n_items,
        "mean": mean if n_told else None,
        "sd": math.sqrt(max(0.0, square - mean**2)) if n_told else None,
        **dict(zip(QUANTILES, quantiles, strict=True)),
        "psi": stability_index(train, (bins, counts)) if train and n_told else None,
    }


def stability_index(expected: tuple[Ints, Ints], found: tuple[Ints, Ints]) -> float:
    """Give the population stability index of two histograms over `expected`'s deciles.

    The sum over buckets of (found - expected) ln(found / expected), shares of at least PSI_FLOOR;
    0 for equal shares, and below 0.1 by custom no drift. A decile that lies within one bin takes
    the bin whole, so buckets may be fewer than ten.
    """
    bins, counts = expected
    shares = np.cumsum(counts) / counts.sum()
    cut = np.searchsorted(shares, np.arange(1, PSI_BUCKETS) / PSI_BUCKETS)
    edges = np.unique(bins[cut])  # each bucket ends with such a bin, and one follows the last
    parts = []
    for own_bins, own_counts in (expected, found):
        bucket = np.searchsorted(edges, own_bins)
        share = np.bincount(bucket, own_counts, len(edges) + 1) / own_counts.sum()
        parts.append(np.maximum(share, PSI_FLOOR))
    return float(((parts[1] - parts[0]) * np.log(parts[1] / parts[0])).sum())
