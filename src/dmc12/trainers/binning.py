"""LightGBM's binned form of a dataset: streamed in, and kept on disk for others to take.

Bins are made of the columns alone, not of labels or weights, and by three parameters; trainings
that agree in these share them. A booster has the same bytes whether its bins were made just now or
read from a file.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from dmc12.dataset import Dataset, Floats
from dmc12.locks import locked
from dmc12.trainers.library import library

if TYPE_CHECKING:
    import lightgbm

BINNING_SEED = 12  # draws the rows that bins are made of, whatever else a set's seed draws
BINNING_PARAMS = ("max_bin", "min_data_in_bin", "bin_construct_sample_cnt")
ROWS_PER_BATCH = 16_384


def binned(
    dataset: Dataset,
    settings: Mapping[str, Any],
    reference: "lightgbm.Dataset | None" = None,
) -> "lightgbm.Dataset":
    """Return the dataset as LightGBM holds it: a byte or two a value, without labels.

    `reference` is the one whose bins to use. Where the dataset lies in a directory, what has been
    binned is kept there; one process bins, others wait. All read the file, the one that binned
    too: what it drew bins from is let go before.
    """
    if dataset.directory is None:
        return _constructed(dataset, settings, reference)
    path = dataset.directory / f"{_key(dataset, settings)}.bin"
    with locked(path.with_suffix(".lock")):
        if not path.exists():
            fresh = path.with_suffix(f".{os.getpid()}")
            _constructed(dataset, settings, reference).save_binary(fresh)
            fresh.rename(path)
    return library().Dataset(path, reference=reference, params=dict(settings)).construct()


def _constructed(
    dataset: Dataset, settings: Mapping[str, Any], reference: "lightgbm.Dataset | None"
) -> "lightgbm.Dataset":
    """Stream the columns into LightGBM, some rows at a time."""
    return (
        library()
        .Dataset(
            _rows_of(dataset),
            feature_name=dataset.feature_names,
            reference=reference,
            params=dict(settings),
        )
        .construct()
    )


def _key(dataset: Dataset, settings: Mapping[str, Any]) -> str:
    """Name what bins depend on, beside the rows that the directory stands for."""
    params = [settings[name] for name in BINNING_PARAMS]
    return hashlib.sha256(json.dumps([dataset.feature_names, params]).encode()).hexdigest()[:24]


def _rows_of(dataset: Dataset) -> Any:
    """Return the rows as a `lightgbm.Sequence`."""

    class Rows(library().Sequence):  # type: ignore[misc]
        """Matrices of some rows; single rows, asked for in order, come out of the last one."""

        batch_size = ROWS_PER_BATCH

        def __init__(self) -> None:
            self.start, self.block = 0, np.empty((0, 0))

        def __len__(self) -> int:
            return dataset.n_items

        def __getitem__(self, index: int | slice | list[int]) -> Floats:
            if isinstance(index, slice):
                return dataset.matrix(index)
            if isinstance(index, list):
                raise TypeError("rows are read in order, not by lists")
            if not self.start <= index < self.start + len(self.block):
                self.start = int(index) // ROWS_PER_BATCH * ROWS_PER_BATCH
                self.block = dataset.matrix(slice(self.start, self.start + ROWS_PER_BATCH))
            row: Floats = self.block[index - self.start]
            return row

    return Rows()
