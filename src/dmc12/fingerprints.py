"""Fingerprints: of the data that a set is trained on, and of the code that trains it."""

import hashlib
import json
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np

from dmc12.dataset import Dataset
from dmc12.encoders import FEATURES

HERE = Path(__file__).parent
SOURCES = (
    *("columns.py", "dataset.py", "refits.py", "spool.py", "training.py", "trainers/*.py"),
    *("distributed/*.py", "spark/distributed.py", "spark/refits.py", "spark/spark_ml.py"),
)
LIBRARIES = ("lightgbm", "numpy", "pyarrow", "pyspark")


@dataclass(frozen=True)
class DataFingerprints:
    """Of train and validation rows: `rows` of keys, labels and weights, `features` of each feature.

    A ranker's data are the rows and its own features: another column leaves it as it is.
    """

    rows: str
    features: Mapping[str, str]

    def of(self, features: Sequence[str]) -> str:
        """Return the fingerprint of the rows with these features."""
        return fingerprint([self.rows, *(self.features.get(name, "") for name in features)])


def fingerprint(content: Any) -> str:
    """Return the SHA-256, in hex, of what JSON can say."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def feature_fingerprint(features: Sequence[str]) -> str:
    """Return the SHA-256 of the features' names, in order, and of what encoders declare of them."""
    return fingerprint([
        [name, *(astuple(FEATURES[name].features[name]) if name in FEATURES else ())]
        for name in features
    ])  # fmt: skip


@cache
def code_fingerprint() -> str:
    """Return the SHA-256 of the sources that a ranker's bytes may depend on."""
    files = sorted(path for pattern in SOURCES for path in HERE.glob(pattern))
    return fingerprint([
        [str(path.relative_to(HERE)), hashlib.sha256(path.read_bytes()).hexdigest()]
        for path in files
    ])  # fmt: skip


@cache
def library_versions() -> str:
    """Return, as JSON, the versions that a ranker's bytes may depend on."""
    versions: dict[str, str | None] = {"python": platform.python_version()}
    for name in LIBRARIES:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:  # Spark, where rankers are trained without it
            versions[name] = None
    return json.dumps(versions, sort_keys=True)


def data_fingerprints(splits: Iterable[Dataset]) -> DataFingerprints:
    """Return the fingerprints of splits that have been read; Spark takes its own."""
    splits = list(splits)
    rows = [
        _bytes_of(array)
        for split in splits
        for array in (split.labels, split.weights, split.group_sizes)
    ]
    features = {
        name: fingerprint([_bytes_of(split.columns[name]) for split in splits])
        for name in splits[0].columns
    }
    return DataFingerprints(fingerprint(rows), features)


def _bytes_of(array: Any) -> str:
    """Return the SHA-256 of an array's bytes."""
    return hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()
