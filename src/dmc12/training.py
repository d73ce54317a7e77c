"""Train declared rankers from the Parquet files of `dmc12_featurized`: one registry row each."""

import hashlib
import json
import platform
import resource
import time
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

import numpy as np
import pyarrow as pa

from dmc12.dataset import Dataset, features_of, read_dataset
from dmc12.rankers import RankerSpec
from dmc12.trainers import TRAINERS, text_sha256
from dmc12.trainers.base import Scorer, check_params
from dmc12.trainers.ndcg import Ndcg

_IMPORTANCE = pa.struct([("feature", pa.string()), ("gain", pa.float64()), ("split", pa.int64())])

REGISTRY_SCHEMA = pa.schema(
    [
        pa.field("ranker", pa.string(), nullable=False),
        pa.field("trainer", pa.string(), nullable=False),
        pa.field("params", pa.string(), nullable=False),  # JSON, defaults included
        pa.field("features", pa.list_(pa.string()), nullable=False),
        pa.field("seed", pa.int64()),  # null: the trainer draws nothing
        pa.field("status", pa.string(), nullable=False),  # trained or failed
        pa.field("error", pa.string()),  # null: trained
        pa.field("best_iteration", pa.int32()),  # null: nothing boosted
        pa.field("validation_ndcg_at_10", pa.float64()),  # null: no context with a positive
        pa.field("n_train_contexts", pa.int64(), nullable=False),
        pa.field("n_train_items", pa.int64(), nullable=False),
        pa.field("n_validation_contexts", pa.int64(), nullable=False),
        pa.field("wall_seconds", pa.float64(), nullable=False),  # of fitting and validating
        pa.field("peak_memory_mb", pa.float64(), nullable=False),  # of the process, so far
        pa.field("library_versions", pa.string(), nullable=False),  # JSON
        pa.field("feature_fingerprint", pa.string(), nullable=False),
        pa.field("importances", pa.list_(_IMPORTANCE), nullable=False),
        pa.field("text", pa.string()),  # null: failed
        pa.field("text_sha256", pa.string()),
    ]
)


def train_rankers(specs: Sequence[RankerSpec], paths: Sequence[str], *, threads: int) -> pa.Table:
    """Train rankers one after the other on one copy of the data; a row each, in `specs`' order.

    `paths` are paths or `file:` URIs. A ranker that fails is a row with its error. Raise ValueError
    only where the files themselves cannot be read.
    """
    wanted = {name for spec in specs for name in spec.features}
    features = [name for name in features_of(paths) if name in wanted]
    train = read_dataset(paths, "train", features)
    validation = read_dataset(paths, "validation", features)
    rows = [_row(spec, train, validation, threads) for spec in specs]
    return pa.Table.from_pylist(rows, schema=REGISTRY_SCHEMA)


def train_ranker(spec: RankerSpec, paths: Sequence[str], *, threads: int) -> dict[str, Any]:
    """Train one ranker; return its registry row, with the fields of `REGISTRY_SCHEMA`."""
    return dict(train_rankers([spec], paths, threads=threads).to_pylist()[0])


def feature_fingerprint(features: Sequence[str]) -> str:
    """Return the SHA-256 of the features' names in their order."""
    return hashlib.sha256("\n".join(features).encode()).hexdigest()


def _row(spec: RankerSpec, train: Dataset, validation: Dataset, threads: int) -> dict[str, Any]:
    """Train one ranker on shared data."""
    started = time.perf_counter()
    row: dict[str, Any] = {
        "ranker": spec.name,
        "trainer": spec.trainer,
        "params": json.dumps(spec.params, sort_keys=True, default=str),
        "features": spec.features,
        "status": "failed",
        "n_train_contexts": train.n_contexts,
        "n_train_items": train.n_items,
        "n_validation_contexts": validation.n_contexts,
        "library_versions": _library_versions(),
        "feature_fingerprint": feature_fingerprint(spec.features),
        "importances": [],
    }
    try:
        row |= _trained(
            spec, train.select(spec.features), validation.select(spec.features), threads
        )
    except Exception as error:  # noqa: BLE001 - one failing ranker is a row, not a failed sweep
        cause = str(error) if isinstance(error, ValueError) else f"{type(error).__name__}: {error}"
        row["error"] = f"ranker {spec.name}: {cause}"
    row["wall_seconds"] = time.perf_counter() - started
    row["peak_memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return row


def _trained(spec: RankerSpec, train: Dataset, validation: Dataset, threads: int) -> dict[str, Any]:
    """Return what a training adds to its row."""
    trainer = TRAINERS[spec.trainer]
    params = check_params(trainer, spec.params)
    scorer = trainer.fit(train, params, validation=validation, threads=threads)
    text = scorer.to_text()
    return {
        "status": "trained",
        "params": json.dumps(params.model_dump(), sort_keys=True),
        "seed": getattr(params, "seed", None),
        "best_iteration": scorer.best_iteration,
        "validation_ndcg_at_10": validation_ndcg(scorer, validation, threads),
        "importances": [importance._asdict() for importance in scorer.importances()],
        "text": text,
        "text_sha256": text_sha256(text),
    }


def validation_ndcg(scorer: Scorer, validation: Dataset, threads: int) -> float | None:
    """Return the mean NDCG@10 over contexts with a positive item; None if there are none."""
    ndcg = Ndcg(validation.labels, validation.group_sizes)
    if not ndcg.n_contexts:
        return None
    scores = np.empty(validation.n_items)
    for rows, block in validation.blocks():
        scores[rows] = scorer.score(block, threads=threads)
    return ndcg(scores)


def _library_versions() -> str:
    """Return, as JSON, the versions that a ranker's bytes may depend on."""
    versions = {name: version(name) for name in ("lightgbm", "numpy", "pyarrow")}
    return json.dumps({**versions, "python": platform.python_version()}, sort_keys=True)
