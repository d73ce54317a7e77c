"""Train parameter sets, each from the spooled splits into the store; equal inputs, equal texts."""

import resource
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from dmc12.dataset import Dataset, features_of
from dmc12.fingerprints import data_fingerprints
from dmc12.rankers import RankerSet, RankerSpec
from dmc12.refits import Refit, refits_of
from dmc12.registry import filled, registry_table
from dmc12.spool import Spool
from dmc12.store import Entry, Store
from dmc12.sweep import Job, Sweep
from dmc12.trainers import TRAINERS, scorer_from_text, text_sha256
from dmc12.trainers.base import Scorer
from dmc12.trainers.ensemble import EnsembleTrainer, Member
from dmc12.trainers.ndcg import Ndcg
from dmc12.trainers.passes import score_dataset


def train_set(job: Job, spool: Spool, store: Store, *, threads: int) -> None:
    """Train a set and put it into the store. Raise whatever goes wrong."""
    started = time.perf_counter()
    forget_peak()
    features = job.one.features
    train = spool.read("train").select(features)
    validation = spool.read("validation").select(features)
    scorer = fitted(job, train, validation, store, threads=threads)
    store.put(
        job.key, entry_of(job.one, scorer, train, validation, threads=threads, started=started)
    )


def fitted(job: Job, train: Dataset, validation: Dataset, store: Store, *, threads: int) -> Scorer:
    """Fit a set on this machine."""
    trainer = TRAINERS[job.one.trainer]
    if isinstance(trainer, EnsembleTrainer):
        refits = refits_of(job, train.n_contexts)
        members = [_member(base, store, refits) for base in job.bases]
        return trainer.combine(members, train, job.one.params, validation, threads=threads)
    return trainer.fit(train, job.one.params, validation=validation, threads=threads)


def entry_of(
    one: RankerSet,
    scorer: Scorer,
    train: Dataset,
    validation: Dataset,
    *,
    threads: int,
    started: float,
) -> Entry:
    """Return what the store keeps of a trained set; `started` is by `time.perf_counter`."""
    text = scorer.to_text()
    return {
        "seed": getattr(one.params, "seed", None),
        "best_iteration": scorer.best_iteration,
        "validation_ndcg_at_10": validation_ndcg(scorer, validation, threads),
        "validation_curve": list(getattr(scorer, "validation_curve", ())),
        "n_train_contexts": train.n_contexts,
        "n_train_items": train.n_items,
        "n_validation_contexts": validation.n_contexts,
        "importances": [importance._asdict() for importance in scorer.importances()],
        "text": text,
        "text_sha256": text_sha256(text),
        "threads": threads,
        "wall_seconds": time.perf_counter() - started,
        "peak_memory_mb": peak_memory_mb(),
        "trained_at": datetime.now(UTC).isoformat(),
    }


def said(one: RankerSet, error: Exception) -> str:
    """Say why a set failed, naming its ranker."""
    cause = str(error) if isinstance(error, ValueError) else f"{type(error).__name__}: {error}"
    return f"ranker {one.ranker}: {cause}"


def validation_ndcg(scorer: Scorer, validation: Dataset, threads: int) -> float | None:
    """Return the mean NDCG@10 over contexts with a positive item; None if there are none."""
    ndcg = Ndcg(validation.labels, validation.group_sizes)
    if not ndcg.n_contexts:
        return None
    [scores] = score_dataset([scorer], validation, threads=threads)
    return ndcg(scores)


def forget_peak() -> None:
    """Let the peak of this process's memory count from now on, where the system can."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return


def peak_memory_mb() -> float:
    """Return the peak of this process's memory, in megabytes."""
    try:
        status = Path("/proc/self/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) / 1024
    except (OSError, IndexError):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def train_rankers(
    specs: Sequence[RankerSpec],
    paths: Sequence[str],
    *,
    threads: int,
    store: Store | None = None,
) -> pa.Table:
    """Train rankers in this process, set after set; return their registry rows.

    `paths` are paths or `file:` URIs. A set that fails is a row with its error, and a set that
    `store` has is not trained again. Raise ValueError only where the files cannot be read.
    """
    wanted = {name for spec in specs for name in spec.features}
    features = tuple(name for name in features_of(paths) if name in wanted)
    with tempfile.TemporaryDirectory() as scratch:
        spool = Spool(Path(scratch) / "spool", tuple(paths), features)
        prints = data_fingerprints([spool.read("train"), spool.read("validation")])
        kept = store or Store(Path(scratch) / "store")

        def train(jobs: Sequence[Job]) -> dict[str, str]:
            errors = {}
            for job in jobs:
                try:
                    train_set(job, spool, kept, threads=threads)
                except Exception as error:  # noqa: BLE001 - one failing set is a row, no more
                    errors[job.key] = said(job.one, error)
            return errors

        sweep = Sweep(specs, prints, kept.look)
        sweep.run(train)
        kept.sweep(sweep.keys())
        return registry_table(filled(head, kept) for head in sweep.heads())


def train_ranker(spec: RankerSpec, paths: Sequence[str], *, threads: int) -> dict[str, Any]:
    """Train one ranker; return its registry row, with the fields of `REGISTRY_SCHEMA`."""
    rows = train_rankers([spec], paths, threads=threads).to_pylist()
    return next(dict(row) for row in rows if row["is_selected"])


def refit_entry(scorer: Scorer) -> Entry:
    """Return what the store keeps of a base that was trained for an ensemble alone."""
    text = scorer.to_text()
    return {"text": text, "text_sha256": text_sha256(text), "validation_ndcg_at_10": None}


def _member(job: Job, store: Store, refits: Sequence[Refit]) -> Member:
    """Return a base as its ensemble's trainer meets it."""
    return Member(
        job.one.ranker,
        TRAINERS[job.one.trainer],
        job.one.params,
        job.one.features,
        _stored(job.key, job, store),
        tuple(_member(base, store, refits) for base in job.bases),
        {refit.n_contexts: _stored(refit.key, job, store) for refit in refits if refit.base == job},
    )


def _stored(key: str, job: Job, store: Store) -> Scorer:
    """Return a scorer that is to be in the store."""
    entry = store.get(key)
    if entry is None:
        raise ValueError(f"base {job.one.ranker} is not in the store")
    return scorer_from_text(entry["text"], entry["text_sha256"])
