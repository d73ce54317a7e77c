"""Train one ranker by several tasks that run at once, each on contexts of its own."""

import resource
import time
from collections.abc import Callable, Sequence
from typing import Any

import pyarrow as pa
from pyspark import BarrierTaskContext
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - Spark's own convention
from pyspark.sql.pandas.types import from_arrow_schema

from dmc12.dataset import Dataset, read_dataset
from dmc12.distributed import CannotTrainError, fit_together, read_share
from dmc12.spark.frames import Batches
from dmc12.trainers.distributed_lambdarank import DistributedLambdarankParams
from dmc12.training import validation_ndcg

FITTED = pa.schema(
    [
        pa.field("text", pa.string()),  # null: failed
        pa.field("error", pa.string()),  # null: trained
        pa.field("n_train_contexts", pa.int64()),  # of all workers
        pa.field("n_train_items", pa.int64()),
        pa.field("n_validation_contexts", pa.int64()),
        pa.field("validation_ndcg_at_10", pa.float64()),  # null: no context with a positive
        pa.field("wall_seconds", pa.float64(), nullable=False),  # of this attempt, reading included
        pa.field("peak_memory_mb", pa.float64(), nullable=False),  # of worker 0, so far
    ]
)


def train_distributed(
    session: SparkSession,
    ranker: str,
    files: Sequence[str],
    features: Sequence[str],
    params: DistributedLambdarankParams,
    *,
    threads: int = 1,
) -> DataFrame:
    """Train a ranker by `params.n_workers` barrier tasks; one row as `FITTED` has it.

    `files` are the Parquet files of `dmc12_featurized`, which each task reads itself. Data that
    cannot be trained on is a row with its error; a task that dies fails the attempt, and Spark
    starts all of them anew. Raise ValueError where Spark has fewer slots than there are workers:
    the tasks would wait for ever.
    """
    slots = count_slots(session)
    if slots < params.n_workers:
        raise ValueError(
            f"ranker {ranker}: {params.n_workers} workers must run at once, and Spark has {slots} "
            "slot(s); lower n_workers, or give Spark more cores"
        )
    return (
        session.range(0, params.n_workers, numPartitions=params.n_workers)
        .mapInArrow(
            barrier_task(ranker, files, features, params, threads),
            from_arrow_schema(FITTED),
            barrier=True,
        )
        # Spark cannot union or limit what comes straight from barrier tasks
        .repartition(1)
    )


def barrier_task(
    ranker: str,
    files: Sequence[str],
    features: Sequence[str],
    params: DistributedLambdarankParams,
    threads: int,
) -> Callable[[Batches], Batches]:
    """Return what one task of the barrier stage runs: it yields a row if its rank is 0."""

    def work(batches: Batches) -> Batches:
        started = time.perf_counter()
        for _ in batches:
            pass
        context = BarrierTaskContext.get()
        rank = context.partitionId()
        host = context.getTaskInfos()[rank].address.rpartition(":")[0]
        row: dict[str, Any] = {}
        validation: Dataset | None = None

        def read() -> tuple[Dataset, Dataset]:
            nonlocal validation
            train = read_share(files, "train", features, rank, params.n_workers)
            validation = read_dataset(files, "validation", features)
            return train, validation

        try:
            fitted = fit_together(
                read, params, host=host, gather=context.allGather, threads=threads
            )
        except CannotTrainError as error:
            row["error"] = f"ranker {ranker}: {error}"
        except Exception as error:
            raise RuntimeError(
                f"ranker {ranker}: worker {rank} of {params.n_workers}: "
                f"{type(error).__name__}: {error}"
            ) from error
        else:
            assert validation is not None
            row["text"] = fitted.scorer.to_text()
            row["n_train_contexts"] = fitted.n_contexts
            row["n_train_items"] = fitted.n_items
            row["n_validation_contexts"] = validation.n_contexts
            if rank == 0:
                row["validation_ndcg_at_10"] = validation_ndcg(fitted.scorer, validation, threads)
        row["wall_seconds"] = time.perf_counter() - started
        row["peak_memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        if rank == 0:
            yield from pa.Table.from_pylist([row], schema=FITTED).to_batches()

    return work


def count_slots(session: SparkSession) -> int:
    """Count the tasks that Spark can run at once.

    It has as many partitions of its own choice as cores; over Connect there is no other way to ask.
    """
    partition = F.spark_partition_id().alias("partition")
    cores = session.range(0, 1 << 16).select(partition).agg(F.max("partition") + 1).first()[0]
    return int(cores) // int(session.conf.get("spark.task.cpus", "1") or 1)
