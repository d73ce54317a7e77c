"""Train one ranker by several tasks that run at once, each on contexts of its own."""

import json
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

import pyarrow as pa
from py4j.protocol import Py4JError
from pyspark import BarrierTaskContext
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - Spark's own convention
from pyspark.sql.pandas.types import from_arrow_schema

from dmc12.dataset import Dataset, read_dataset
from dmc12.distributed import CannotTrainError, agree, fit_together, read_share
from dmc12.rankers import RankerSet
from dmc12.spark.frames import Batches
from dmc12.store import Entry
from dmc12.training import entry_of, said

if TYPE_CHECKING:
    from dmc12.spark.training import Work
    from dmc12.sweep import Job

Keep = Callable[[Entry], None]

# The entry is JSON, as the store keeps it; of both one is null.
FITTED = pa.schema([pa.field("entry", pa.string()), pa.field("error", pa.string())])
# What each worker tells: worker 0 that, and every worker the digest of its ranker.
TOLD = pa.schema([pa.field("rank", pa.int32()), pa.field("digest", pa.string()), *FITTED])


def fit_in_barrier(jobs: Sequence["Job"], work: "Work") -> dict[str, str]:
    """Fit set after set, each by several tasks at once; return the errors of those that failed."""
    errors = {}
    for job in jobs:
        n_workers = job.one.params.n_workers  # type: ignore[attr-defined]
        threads = max(1, (work.threads or 0) // n_workers, work.task_cpus or 0)
        try:
            trained = train_distributed(
                work.session,
                job.one,
                work.files,
                threads=threads,
                keep=partial(work.store.put, job.key),
            )
            [row] = trained.select("error").collect()
        except ValueError as error:
            errors[job.key] = said(job.one, error)
        except (PySparkException, Py4JError) as error:
            errors[job.key] = _why_all_attempts_failed(job.one, error)
        else:
            if row.error is not None:
                errors[job.key] = row.error
    return errors


def train_distributed(
    session: SparkSession,
    one: RankerSet,
    files: Sequence[str],
    *,
    threads: int = 1,
    keep: Keep | None = None,
) -> DataFrame:
    """Train a set by as many barrier tasks as it has workers; one row as `FITTED` has it.

    `files` are the Parquet files of `dmc12_featurized`, which each task reads itself; `threads` are
    each task's, and `keep` is called, by a task after them, with the entry. Data that cannot be
    trained on is a row with its error; a task that dies fails the attempt, and Spark starts all of
    them anew. Raise ValueError where Spark has fewer slots than workers: the tasks would wait
    for ever.
    """
    n_workers = one.params.n_workers  # type: ignore[attr-defined]
    slots = count_slots(session)
    if slots < n_workers:
        raise ValueError(
            f"{n_workers} workers must run at once, and Spark has {slots} slot(s); lower "
            "n_workers, or give Spark more cores"
        )
    return at_once(session, n_workers, barrier_task(one, files, threads), keep)


def at_once(
    session: SparkSession,
    n_workers: int,
    task: Callable[[Batches], Batches],
    keep: Keep | None = None,
) -> DataFrame:
    """Run a task so many times at once, all anew if one of them dies; return what they come to.

    The shuffle is what makes it so: Spark does not start a barrier stage anew whose rows are the
    job's result, nor can it union or limit them.
    """
    tasks = session.range(0, n_workers, numPartitions=n_workers)
    told = tasks.mapInArrow(task, from_arrow_schema(TOLD), barrier=True).repartition(1)
    return told.mapInArrow(conclusion(keep), from_arrow_schema(FITTED))


def conclusion(keep: Keep | None) -> Callable[[Batches], Batches]:
    """Return what the one task after the barrier runs: it yields what worker 0 told, and keeps it.

    It fails where the workers have come to different rankers.
    """

    def work(batches: Batches) -> Batches:
        told = sorted(
            (row for batch in batches for row in batch.to_pylist()), key=lambda row: row["rank"]
        )
        agree([row["digest"] for row in told])
        first = told[0]
        if keep is not None and first["entry"] is not None:
            keep(json.loads(first["entry"]))
        yield pa.RecordBatch.from_pylist([first], schema=TOLD).select(FITTED.names)

    return work


def barrier_task(
    one: RankerSet, files: Sequence[str], threads: int
) -> Callable[[Batches], Batches]:
    """Return what one task of the barrier stage runs: it yields a row as `TOLD` has it."""
    n_workers = one.params.n_workers  # type: ignore[attr-defined]

    def work(batches: Batches) -> Batches:
        started = time.perf_counter()
        for _ in batches:
            pass
        context = BarrierTaskContext.get()
        rank = context.partitionId()
        host = context.getTaskInfos()[rank].address.rpartition(":")[0]
        splits: list[Dataset] = []

        def read() -> tuple[Dataset, Dataset]:
            with arrow_threads(threads):
                splits.append(read_share(files, "train", one.features, rank, n_workers))
                splits.append(read_dataset(files, "validation", one.features))
            return splits[0], splits[1]

        digest = entry = error = None
        try:
            fitted = fit_together(
                read,
                one.params,  # type: ignore[arg-type]
                host=host,
                gather=context.allGather,
                threads=threads,
            )
        except CannotTrainError as fault:
            error = said(one, fault)
        except Exception as fault:
            raise RuntimeError(
                f"ranker {one.ranker}: worker {rank} of {n_workers}: "
                f"{type(fault).__name__}: {fault}"
            ) from fault
        else:
            digest = fitted.digest
            if rank == 0:
                own = entry_of(one, fitted.scorer, *splits, threads=threads, started=started)
                own |= {"n_train_contexts": fitted.n_contexts, "n_train_items": fitted.n_items}
                entry = json.dumps(own, allow_nan=False)
        row = {"rank": rank, "digest": digest, "entry": entry, "error": error}
        yield pa.RecordBatch.from_pylist([row], schema=TOLD)

    return work


@contextmanager
def arrow_threads(threads: int) -> Iterator[None]:
    """Let Arrow decode by so many threads, not by all of a machine that workers share."""
    before = pa.cpu_count()
    pa.set_cpu_count(threads)
    try:
        yield
    finally:
        pa.set_cpu_count(before)


def count_slots(session: SparkSession) -> int:
    """Count the tasks that Spark can run at once.

    It has as many partitions of its own choice as cores; over Connect there is no other way to ask.
    """
    partition = F.spark_partition_id().alias("partition")
    cores = session.range(0, 1 << 16).select(partition).agg(F.max("partition") + 1).first()[0]
    return int(cores) // int(session.conf.get("spark.task.cpus", "1") or 1)


def _why_all_attempts_failed(one: RankerSet, error: Exception) -> str:
    """Say, out of Spark's long message, what ended the last attempt."""
    told = re.search(r"worker \d+ of \d+: .*", str(error))
    cause = told[0] if told else "a worker died, maybe for want of memory"
    return f"ranker {one.ranker}: every attempt of Spark's failed: {cause}"
