"""Deal contexts to workers: each context whole, each worker about as many items."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from dmc12.dataset import Dataset, read_dataset

Ints = NDArray[np.int64]


def deal(group_sizes: Ints, n_workers: int) -> Ints:
    """Return the worker, 0 to n_workers - 1, of each of g contexts.

    The greatest contexts are dealt first, forth and back, so that no worker has more items than
    another by as much as the greatest context; equal contexts are dealt in their order, so that
    each worker sees all times. Raise ValueError for fewer contexts than workers.
    """
    if len(group_sizes) < n_workers:
        raise ValueError(
            f"{n_workers} workers cannot share {len(group_sizes)} training context(s): each needs "
            "one; lower n_workers"
        )
    turn, place = np.divmod(np.arange(len(group_sizes)), n_workers)
    worker = np.empty(len(group_sizes), dtype=np.int64)
    worker[np.argsort(-group_sizes, kind="stable")] = np.where(
        turn % 2 == 0, place, n_workers - 1 - place
    )
    return worker


def read_share(
    paths: Iterable[str], split: str, features: Sequence[str], rank: int, n_workers: int
) -> Dataset:
    """Read the contexts of one worker among those of a split, from Parquet files.

    Shares depend on the rows alone, not on the files they lie in. Raise ValueError as `deal` and
    `read_dataset` do.
    """
    return read_dataset(paths, split, features, keep=lambda sizes: deal(sizes, n_workers) == rank)


def share_of(dataset: Dataset, rank: int, n_workers: int) -> Dataset:
    """Return the contexts of one worker among those of a dataset; ValueError as `deal` raises."""
    kept = deal(dataset.group_sizes, n_workers) == rank
    of_items = np.repeat(kept, dataset.group_sizes)
    inverse = dataset.inverse_probabilities
    return Dataset(
        {name: column[of_items] for name, column in dataset.columns.items()},
        dataset.labels[of_items],
        dataset.weights[of_items],
        dataset.group_sizes[kept],
        None if inverse is None else inverse[kept],
    )
