"""The items of one split as columns, read from the Parquet files of `dmc12_featurized`."""

import mmap
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from dmc12.columns import local_path, microseconds

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_NO_INTS, _NO_FLOATS = np.empty(0, np.int64), np.empty(0)

PROBABILITY = "inclusion_probability"
ITEMS_PER_BATCH = 50_000  # bounds what is decoded at once, beside the columns themselves
BYTES_READ_AHEAD = 1 << 16  # of each column in a file


@dataclass(frozen=True)
class Dataset:
    """n items in g contexts, context after context.

    `columns` holds the f features by name, each a contiguous float64 array of length n: rankers
    that share a dataset select columns without a copy, and LightGBM reads them where they lie.
    They stay float64, because a float32 rounded across a split's threshold scores differently.
    `labels` and `weights` have length n, `group_sizes` (items per context, each >= 1) length g, as
    has `inverse_probabilities`: 1 / the probability with which the sampler kept the context; None
    where the files do not say. Columns may lie in mapped files; then `directory` is where they lie,
    and where a trainer may keep what it makes of them for the other trainings of the machine.
    """

    columns: dict[str, Floats]
    labels: Floats
    weights: Floats
    group_sizes: Ints
    inverse_probabilities: Floats | None = None
    directory: Path | None = None

    @property
    def feature_names(self) -> list[str]:
        """The features' names, in order."""
        return list(self.columns)

    @property
    def n_items(self) -> int:
        """Number of items."""
        return len(self.labels)

    @property
    def n_contexts(self) -> int:
        """Number of contexts."""
        return len(self.group_sizes)

    def select(self, features: Sequence[str]) -> "Dataset":
        """Return the same items with these features, in this order, sharing memory.

        Raise ValueError for features that the dataset does not have.
        """
        missing = [name for name in features if name not in self.columns]
        if missing:
            raise ValueError(
                f"the items do not have {_listed(missing)}; they have {_listed(self.columns)}"
            )
        return replace(self, columns={name: self.columns[name] for name in features})

    def contexts(self, start: int, stop: int) -> "Dataset":
        """Return the contexts [start, stop) in order of time, sharing memory."""
        ends = np.concatenate([[0], np.cumsum(self.group_sizes)])
        rows = slice(int(ends[start]), int(ends[stop]))
        inverse = self.inverse_probabilities
        return Dataset(
            {name: column[rows] for name, column in self.columns.items()},
            self.labels[rows],
            self.weights[rows],
            self.group_sizes[start:stop],
            None if inverse is None else inverse[start:stop],
        )

    def counted_by(self, weights: str) -> Floats | None:
        """Return what each item counts by (n); None for 1 each.

        `weights` is none, item, inverse_probability (of its context) or both, multiplied. Raise
        ValueError for a weight that is not above or equal 0, and for probabilities that are absent.
        """
        if weights == "none":
            return None
        counted = np.ones(self.n_items) if weights == "inverse_probability" else self.weights
        if weights != "item":
            if self.inverse_probabilities is None:
                raise ValueError(f"weights is {weights}, but contexts lack inclusion_probability")
            counted = counted * np.repeat(self.inverse_probabilities, self.group_sizes)
        if (counted < 0).any():
            raise ValueError(f"weight {counted.min()} is negative")
        return counted

    def blocks(self, items: int = ITEMS_PER_BATCH) -> Iterator[tuple[slice, Floats]]:
        """Yield the features as C-ordered matrices (at most `items` x f), with their rows."""
        for start in range(0, self.n_items, items):
            rows = slice(start, min(start + items, self.n_items))
            yield rows, self.matrix(rows)

    def whole_contexts(self, items: int = ITEMS_PER_BATCH) -> Iterator[tuple[slice, "Dataset"]]:
        """Yield contexts in order, with their rows: `items` items at most, or one context."""
        ends = np.cumsum(self.group_sizes)
        start = done = 0
        while start < self.n_contexts:
            stop = max(start + 1, int(np.searchsorted(ends, done + items, side="right")))
            contexts = self.contexts(start, stop)
            yield slice(done, done + contexts.n_items), contexts
            for column in self.columns.values():
                forget(column)
            start, done = stop, int(ends[stop - 1])

    def matrix(self, rows: slice) -> Floats:
        """Return some rows of the features as a C-ordered matrix."""
        start, stop, _ = rows.indices(self.n_items)
        block = np.empty((stop - start, len(self.columns)))
        for place, column in enumerate(self.columns.values()):
            block[:, place] = column[start:stop]
            forget(column)
        return block


def forget(column: Floats) -> None:
    """Let go of the memory that a mapped column's pages take; they stay in its file."""
    mapped = getattr(column, "_mmap", None)
    if mapped is not None:
        mapped.madvise(mmap.MADV_DONTNEED)


def read_dataset(
    paths: Iterable[str],
    split: str,
    features: Sequence[str],
    directory: Path | None = None,
    keep: Callable[[Ints], NDArray[np.bool_]] | None = None,
) -> Dataset:
    """Read the contexts of one split from Parquet files (paths or `file:` URIs).

    With `directory`, each feature's column is a file there (`<feature>.npy`) that is mapped, not
    held: what is in memory is a batch, and what labels, weights and keys take.

    Contexts are ordered by (context_at, profile_id), so the result depends on the rows alone, not
    on the files they lie in; contexts without items are left out. Files are read twice: once for
    the keys, labels and weights, once for the features, each written to its final place. `keep`,
    given how many items each context has, in order, tells which contexts to keep: only their
    features are read. Raise ValueError for a feature that a file lacks and for a context that
    occurs twice.
    """
    files = [_File(path, features) for path in paths]
    groups = [group for file in files for group in file.groups_with(split)]
    if keep is not None:
        groups = _kept(groups, keep)
    sizes, order = _in_order(groups)
    starts = np.empty(len(sizes), dtype=np.int64)
    starts[order] = np.cumsum(sizes[order]) - sizes[order]
    place = _runs(starts, sizes)
    labels, weights = np.empty(len(place)), np.empty(len(place))
    labels[place] = np.concatenate([_NO_FLOATS, *(group.labels for group in groups)])
    weights[place] = np.concatenate([_NO_FLOATS, *(group.weights for group in groups)])
    columns = {name: _column(len(place), name, directory) for name in features}
    done = 0
    for group in groups:
        for values in group.features():
            items = len(next(iter(values.values()), ()))
            for name, column in values.items():
                columns[name][place[done : done + items]] = column
                forget(columns[name])
            done += items
    pa.default_memory_pool().release_unused()
    probabilities = [group.probabilities for group in groups]
    inverse = None
    if all(each is not None for each in probabilities):
        inverse = 1.0 / np.concatenate([_NO_FLOATS, *probabilities])[order]
    return Dataset(columns, labels, weights, sizes[order], inverse, directory)


def _column(items: int, name: str, directory: Path | None) -> Floats:
    """Make room for a column, in memory or in a file."""
    if directory is None:
        return np.empty(items)
    path = directory / f"{name}.npy"
    return np.lib.format.open_memmap(path, "w+", np.dtype(np.float64), (items,))


def read_keys(paths: Iterable[str], split: str) -> tuple[Ints, Ints]:
    """Return the profiles and the moments (microseconds) of a split's contexts, in their order.

    Contexts and order are those of `read_dataset`, and so is the ValueError.
    """
    groups = [group for path in paths for group in _File(path, ()).groups_with(split)]
    profiles, moments = _keys(groups)
    order = _order(profiles, moments)
    return profiles[order], moments[order]


def features_of(paths: Iterable[str]) -> list[str]:
    """Return the names of the features that the items of every one of the files have."""
    names: dict[str, None] | None = None
    for path in paths:
        found = dict.fromkeys(_feature_leaves(pq.ParquetFile(local_path(path)).schema))
        names = found if names is None else {name: None for name in names if name in found}
    return list(names or ())


class _File:
    """One Parquet file: which of its leaves to read for what."""

    def __init__(self, path: str, features: Sequence[str]) -> None:
        self.path = local_path(path)
        with self.open() as parquet:
            schema = parquet.schema
        leaves = _feature_leaves(schema)
        missing = [name for name in features if name not in leaves]
        if missing:
            raise ValueError(
                f"{self.path}: the items do not have {_listed(missing)}; "
                f"they have {_listed(leaves)}"
            )
        self.features = list(features)
        self.feature_leaves = [leaves[name] for name in features]
        self.key_leaves = ["profile_id", "context_at", "split"] + [
            leaf
            for leaf in _leaves(schema)
            if leaf == PROBABILITY
            or (leaf.startswith("items.") and leaf.endswith((".label", ".weight"))
                and ".features." not in leaf)
        ]  # fmt: skip

    def open(self) -> pq.ParquetFile:
        """Open the file: only while it is read, for a table may have more files than handles.

        Pages come by and by, not a row group's at once.
        """
        return pq.ParquetFile(self.path, pre_buffer=False, buffer_size=BYTES_READ_AHEAD)

    def groups_with(self, split: str) -> Iterator["_RowGroup"]:
        """Yield the row groups that hold contexts of the split."""
        with self.open() as parquet:
            for index in range(parquet.num_row_groups):
                table = parquet.read_row_group(index, self.key_leaves, use_threads=False)
                group = _RowGroup(self, index, table.combine_chunks(), split)
                if len(group.sizes):
                    yield group


class _RowGroup:
    """The contexts of one split within a row group: their keys, labels and weights."""

    def __init__(self, file: _File, index: int, table: pa.Table, split: str) -> None:
        self.file, self.index = file, index
        sizes = _sizes(table["items"])
        self.kept = np.asarray(pc.equal(table["split"], split)) & (sizes > 0)
        self.all_sizes, self.sizes = sizes, sizes[self.kept]
        self.profile_id = table["profile_id"].to_numpy()[self.kept]
        self.context_at = microseconds(table["context_at"])[self.kept]
        self.probabilities: Floats | None = None
        if PROBABILITY in table.column_names:
            self.probabilities = table[PROBABILITY].to_numpy()[self.kept]
        items = _flat(table["items"])
        of_split = np.repeat(self.kept, sizes)
        self.labels = _numbers(items.field("label"))[of_split]
        self.weights = _numbers(items.field("weight"))[of_split]

    def narrow(self, kept: NDArray[np.bool_]) -> None:
        """Leave out those of the contexts that are not `kept`."""
        of_kept = np.repeat(kept, self.sizes)
        self.labels, self.weights = self.labels[of_kept], self.weights[of_kept]
        self.profile_id, self.context_at = self.profile_id[kept], self.context_at[kept]
        if self.probabilities is not None:
            self.probabilities = self.probabilities[kept]
        self.sizes = self.sizes[kept]
        self.kept[self.kept] = kept

    def features(self) -> Iterator[dict[str, Floats]]:
        """Yield the features of the split's items, some contexts at a time."""
        per_context = max(1, int(self.all_sizes.sum() // max(1, len(self.all_sizes))))
        start = 0
        with self.file.open() as parquet:
            for batch in parquet.iter_batches(
                max(1, ITEMS_PER_BATCH // per_context),
                row_groups=[self.index],
                columns=self.file.feature_leaves,
                use_threads=False,  # a column decoded at a time, and no heap for each thread
            ):
                if not batch.num_columns:
                    return
                rows = slice(start, start + batch.num_rows)
                start += batch.num_rows
                of_split = np.repeat(self.kept[rows], self.all_sizes[rows])
                struct = batch["items"].flatten().field("features")
                yield {name: _numbers(struct.field(name))[of_split] for name in self.file.features}


def _leaves(schema: pq.ParquetSchema) -> list[str]:
    """Return the dotted paths of a file's leaf columns."""
    return [schema.column(index).path for index in range(len(schema))]


def _feature_leaves(schema: pq.ParquetSchema) -> dict[str, str]:
    """Map each feature of the items to its leaf: writers differ in how they name a list's level."""
    parts = [(leaf, leaf.split(".")) for leaf in _leaves(schema)]
    return {part[-1]: leaf for leaf, part in parts if part[0] == "items" and part[-2] == "features"}


def _kept(groups: list[_RowGroup], keep: Callable[[Ints], NDArray[np.bool_]]) -> list[_RowGroup]:
    """Leave out the contexts that `keep` does not want, and row groups without any other."""
    sizes, order = _in_order(groups)
    kept = np.empty(len(order), dtype=bool)
    kept[order] = keep(sizes[order])
    done = 0
    for group in groups:
        n_contexts = len(group.sizes)
        group.narrow(kept[done : done + n_contexts])
        done += n_contexts
    return [group for group in groups if len(group.sizes)]


def _in_order(groups: list[_RowGroup]) -> tuple[Ints, Ints]:
    """Return the sizes of the groups' contexts as they lie, and their order by key."""
    sizes = np.concatenate([_NO_INTS, *(group.sizes for group in groups)])
    return sizes, _order(*_keys(groups))


def _keys(groups: list[_RowGroup]) -> tuple[Ints, Ints]:
    """Return the profiles and the moments of the groups' contexts as they lie."""
    return (
        np.concatenate([_NO_INTS, *(group.profile_id for group in groups)]),
        np.concatenate([_NO_INTS, *(group.context_at for group in groups)]),
    )


def _order(profile_id: Ints, context_at: Ints) -> Ints:
    """Order contexts by (context_at, profile_id); raise ValueError if two have the same key."""
    order = np.lexsort((profile_id, context_at))
    profiles, moments = profile_id[order], context_at[order]
    twice = np.flatnonzero((profiles[1:] == profiles[:-1]) & (moments[1:] == moments[:-1]))
    if len(twice):
        moment = np.datetime64(int(moments[twice[0]]), "us")
        raise ValueError(f"the context of profile {profiles[twice[0]]} at {moment} occurs twice")
    return order


def _runs(starts: Ints, sizes: Ints) -> Ints:
    """Concatenate the ranges [start, start + size)."""
    ends = np.cumsum(sizes)
    return np.repeat(starts - ends + sizes, sizes) + np.arange(ends[-1] if len(ends) else 0)


def _sizes(items: pa.ChunkedArray) -> Ints:
    """Count each context's items; null counts as none."""
    lengths: pa.Array = items.combine_chunks().value_lengths().fill_null(0)
    return np.asarray(lengths, dtype=np.int64)


def _flat(items: pa.ChunkedArray) -> pa.StructArray:
    """Concatenate all contexts' items."""
    return items.combine_chunks().flatten()


def _numbers(values: pa.Array) -> Floats:
    """Give an Arrow column as float64, null as NaN."""
    return np.asarray(values.to_numpy(zero_copy_only=False), dtype=np.float64)


def _listed(names: Iterable[str]) -> str:
    """Write names one after the other."""
    return ", ".join(names) or "none"
