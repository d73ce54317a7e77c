"""The splits of a table on the local disk: read once a machine, for all its trainings."""

import json
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dmc12.dataset import Dataset, read_dataset
from dmc12.locks import locked

ARRAYS = ("labels", "weights", "group_sizes", "inverse_probabilities")


@dataclass(frozen=True)
class Spool:
    """Where the splits of some Parquet files lie, with these features.

    `directory` belongs to these files and features alone. Columns lie in the order of the contexts,
    each in a file that is mapped, so that processes share them and the system may drop them.
    """

    directory: Path
    paths: tuple[str, ...]
    features: tuple[str, ...]

    def read(self, split: str) -> Dataset:
        """Return a split; whoever comes first reads the Parquet files, others wait for it.

        Raise ValueError as `read_dataset` does.
        """
        place = self.directory / split
        with locked(self.directory / f"{split}.lock"):
            if not place.exists():
                _write(place, read_paths=self.paths, split=split, features=self.features)
        return _opened(place)

    def remove(self) -> None:
        """Remove the directory."""
        shutil.rmtree(self.directory, ignore_errors=True)


def _write(place: Path, *, read_paths: Sequence[str], split: str, features: Sequence[str]) -> None:
    """Write a split beside its place, then rename it there."""
    work = Path(tempfile.mkdtemp(prefix=f".{split}-", dir=place.parent))
    try:
        (work / "columns").mkdir()
        dataset = read_dataset(read_paths, split, features, work / "columns")
        for name in ARRAYS:
            values = getattr(dataset, name)
            if values is not None:
                np.save(work / f"{name}.npy", values)
        (work / "features.json").write_text(json.dumps(list(features)))
        work.rename(place)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _opened(place: Path) -> Dataset:
    """Map a split's columns and read the rest."""
    arrays = {
        name: np.load(place / f"{name}.npy")
        for name in ARRAYS
        if (place / f"{name}.npy").exists()
    }  # fmt: skip
    columns = {
        name: np.load(place / "columns" / f"{name}.npy", mmap_mode="r")
        for name in json.loads((place / "features.json").read_text())
    }
    return Dataset(columns, **arrays, directory=place)
