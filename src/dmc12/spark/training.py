"""Train the declared rankers: a sweep of sets, each fitted where its trainer wants to be."""

import hashlib
import logging
import os
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
from pyspark import inheritable_thread_target
from pyspark.resource import ResourceProfileBuilder, TaskResourceRequests
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - Spark's own convention
from pyspark.sql.pandas.types import from_arrow_schema

from dmc12.fingerprints import DataFingerprints, fingerprint
from dmc12.knobs import Knobs
from dmc12.progress import Progress
from dmc12.rankers import ranker_specs
from dmc12.registry import REGISTRY_SCHEMA, filled, registry_table
from dmc12.spark.distributed import fit_in_barrier
from dmc12.spark.frames import Batches, one_task
from dmc12.spark.refits import fit_refits
from dmc12.spark.spark_ml import fit_by_spark_ml
from dmc12.spark.warehouse import warehouse_of
from dmc12.spool import Spool
from dmc12.store import Store
from dmc12.sweep import Job, Sweep
from dmc12.trainers import TRAINERS
from dmc12.training import said, train_set

ERRORS_SCHEMA = pa.schema([("key", pa.string()), ("error", pa.string())])
FOUND_SCHEMA = pa.schema([("key", pa.string()), ("ndcg", pa.float64())])
WORKER_DIED = ("Python worker exited unexpectedly", "ExecutorLostFailure", "Python worker failed")


@dataclass(frozen=True)
class Work:
    """What every way to fit sets needs: the data, the store, and the knobs of training."""

    featurized: DataFrame
    files: tuple[str, ...]
    features: tuple[str, ...]  # all that the sweep reads
    data: str  # the fingerprint of the rows with these features
    store: Store
    threads: int | None
    task_cpus: int | None

    @property
    def session(self) -> SparkSession:
        """The session of the data."""
        return self.featurized.sparkSession


Fit = Callable[[Sequence[Job], Work], dict[str, str]]


logger = logging.getLogger(__name__)


def train(
    featurized: DataFrame, schema: str, knobs: Knobs, logger: logging.Logger = logger
) -> DataFrame:
    """Train the declared rankers; return the registry of their sets.

    Trained sets lie in the warehouse, under `rankers/<schema>`, a file system that all workers see;
    metrics and errors alone come to the driver. `logger` hears how far a long sweep is, if the
    driver sees that file system too.
    """
    session = featurized.sparkSession
    specs = ranker_specs(knobs.rankers, knobs.features)
    wanted = {name for spec in specs for name in spec.features}
    features = tuple(name for name in knobs.features if name in wanted)
    prints = fingerprints(featurized, features)
    work = Work(
        featurized=featurized,
        files=tuple(featurized.inputFiles()),
        features=features,
        data=prints.of(features),
        store=Store(warehouse_of(session) / "rankers" / schema),
        threads=knobs.training_threads,
        task_cpus=knobs.training_task_cpus,
    )
    sweep = Sweep(specs, prints, lambda keys: look(keys, work))
    with Progress(work.store, logger) as progress:

        def fit(jobs: Sequence[Job]) -> dict[str, str]:
            progress.begin(jobs)
            errors = fit_refits(jobs, work)
            return errors | fit_beside([job for job in jobs if job.key not in errors], work)

        sweep.run(fit)
    heads, keys, store = sweep.heads(), sweep.keys(), work.store
    spool = (work.data, work.files, work.features)

    def read(batches: Batches) -> Batches:
        for _ in batches:
            spool_of(*spool).remove()
            store.sweep(keys)
            for head in heads:
                yield from registry_table([filled(head, store)]).to_batches()

    return one_task(session).mapInArrow(read, from_arrow_schema(REGISTRY_SCHEMA))


def fit_in_tasks(jobs: Sequence[Job], work: Work) -> dict[str, str]:
    """Fit each set in a task of its own, which reads the files by its machine's spool.

    Where a worker dies, what it was at is found by giving each set that is still missing a job of
    its own; the one in whose job a worker dies again has failed.
    """
    try:
        return _fit_all(jobs, work)
    except Exception as error:
        if not _worker_died(error):
            raise
    errors: dict[str, str] = {}
    done = look([job.key for job in jobs], work)
    for job in jobs:
        if job.key in done:
            continue
        try:
            errors |= _fit_all([job], work)
        except Exception as error:
            if not _worker_died(error):
                raise
            errors[job.key] = (
                f"ranker {job.one.ranker}: its worker died while it trained set "
                f"{job.one.set_id}, maybe for want of memory"
            )
    return errors


def look(keys: Sequence[str], work: Work) -> dict[str, float | None]:
    """Let a task look which of some sets the store has; return their validation NDCG@10."""
    store, wanted = work.store, list(keys)

    def read(batches: Batches) -> Batches:
        for _ in batches:
            rows = [{"key": key, "ndcg": ndcg} for key, ndcg in store.look(wanted).items()]
            yield pa.RecordBatch.from_pylist(rows, schema=FOUND_SCHEMA)

    found = one_task(work.session).mapInArrow(read, from_arrow_schema(FOUND_SCHEMA)).collect()
    return {row.key: row.ndcg for row in found}


# How a trainer's sets are fitted, by its attribute `place`; whoever fits puts an entry a set into
# the store (`dmc12.training.entry_of`) and returns the errors of the others, by key.
PLACES: dict[str, Fit] = {
    "task": fit_in_tasks,
    "barrier": fit_in_barrier,
    "spark_ml": fit_by_spark_ml,
}
# Places whose fits are many small jobs, which leave cores free for the others.
SMALL_JOBS = ("spark_ml",)


def fit_beside(jobs: Sequence[Job], work: Work) -> dict[str, str]:
    """Fit each set at its place: one place after the other, but those of small jobs beside them."""
    own = by_place(jobs)
    groups = [
        [place for place in own if place not in SMALL_JOBS],
        *([place] for place in own if place in SMALL_JOBS),
    ]

    def fit(places: Sequence[str]) -> dict[str, str]:
        errors: dict[str, str] = {}
        for place in places:
            errors |= PLACES[place](own[place], work)
        return errors

    # a job that another thread starts belongs to the same node, for whoever shows or cancels it
    in_thread = inheritable_thread_target(work.session)(fit)
    with ThreadPoolExecutor(len(groups)) as pool:
        found = list(pool.map(in_thread, groups))
    return {key: error for errors in found for key, error in errors.items()}


def by_place(jobs: Sequence[Job]) -> dict[str, list[Job]]:
    """Group sets by where their trainers want to fit them: in a task, unless they say otherwise."""
    found: dict[str, list[Job]] = {}
    for job in jobs:
        place = getattr(TRAINERS[job.one.trainer], "place", "task")
        found.setdefault(place, []).append(job)
    return found


def _fit_all(jobs: Sequence[Job], work: Work) -> dict[str, str]:
    """Run one Spark job of one task a set."""
    store, threads, task_cpus = work.store, work.threads, work.task_cpus
    data, files, features = work.data, work.files, work.features
    jobs = list(jobs)

    def fit(batches: Batches) -> Batches:
        spool = spool_of(data, files, features)
        for batch in batches:
            for place in batch["id"].to_pylist():
                job, error = jobs[place], None
                try:
                    shared = threads or task_cpus or threads_of(len(jobs))
                    train_set(job, spool, store, threads=shared)
                except Exception as fault:  # noqa: BLE001 - one failing set is a row, no more
                    error = said(job.one, fault)
                yield pa.RecordBatch.from_pylist(
                    [{"key": job.key, "error": error}], schema=ERRORS_SCHEMA
                )

    profile = None
    if task_cpus is not None:
        profile = ResourceProfileBuilder().require(TaskResourceRequests().cpus(task_cpus)).build
    done = (
        work.session.range(0, len(jobs), numPartitions=len(jobs))
        .mapInArrow(fit, from_arrow_schema(ERRORS_SCHEMA), profile=profile)
        .collect()
    )
    return {row.key: row.error for row in done if row.error is not None}


def spool_of(data: str, files: Sequence[str], features: Sequence[str]) -> Spool:
    """Return this machine's spool, in a directory that Spark removes when it ends at the latest."""
    local = os.environ.get("SPARK_LOCAL_DIRS", tempfile.gettempdir()).split(",")[0]
    name = hashlib.sha256("\n".join([data, *features]).encode()).hexdigest()[:16]
    return Spool(Path(local) / f"dmc12-sweep-{name}", tuple(files), tuple(features))


def threads_of(n_sets: int) -> int:
    """Divide this machine's cores among the sets that are trained at once."""
    allowed = getattr(os, "sched_getaffinity", None)
    cores = len(allowed(0)) if allowed else os.cpu_count() or 1
    return max(1, cores // min(cores, n_sets))


def fingerprints(featurized: DataFrame, features: Sequence[str]) -> DataFingerprints:
    """Take the fingerprints of train and validation rows, in one pass; no order matters.

    A row's hash is of its key and one column; hashes are summed in halves, so that no sum overflows
    before 2^31 rows.
    """
    key = ("profile_id", "context_at", "split")
    columns = {
        "": (F.col("inclusion_probability"), F.col("items.label"), F.col("items.weight")),
        **{name: (F.col(f"items.features.{name}"),) for name in features},
    }
    hashes = {name: F.xxhash64(*key, *of) for name, of in columns.items()}
    sums = [
        F.sum(half).alias(f"{part} {name}")
        for name, hashed in hashes.items()
        for part, half in (
            ("high", F.shiftright(hashed, 32)),
            ("low", hashed.bitwiseAND(F.lit(0xFFFFFFFF))),
        )
    ]
    row = (
        featurized.where(F.col("split").isin("train", "validation"))
        .agg(F.count("*").alias("n"), *sums)
        .collect()[0]
        .asDict()
    )
    found = {
        name: fingerprint([row["n"], row[f"high {name}"], row[f"low {name}"]]) for name in columns
    }
    return DataFingerprints(found.pop(""), found)


def _worker_died(error: Exception) -> bool:
    """Tell whether Spark lost the process that ran Python, and not something else."""
    return any(sign in str(error) for sign in WORKER_DIED)
