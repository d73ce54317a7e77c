"""Train by Spark ML what ensembles want of it beyond whole bases."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pyarrow as pa
from pyspark.sql import Row
from pyspark.sql import functions as F  # noqa: N812 - Spark's own convention
from pyspark.sql.pandas.types import from_arrow_schema

from dmc12.dataset import read_keys
from dmc12.refits import Refit, refits_of, wants_refits
from dmc12.spark.frames import Batches, one_task
from dmc12.spark.spark_ml import fit_spark_ml
from dmc12.training import refit_entry, said

if TYPE_CHECKING:
    from dmc12.spark.training import Work
    from dmc12.sweep import Job

# One row a set and refit; the first context that is left out is of `profile_id` at `context_at`.
WANTED_SCHEMA = pa.schema([
    ("set", pa.int32()),
    ("refit", pa.int32()),
    ("n_contexts", pa.int64()),
    ("profile_id", pa.int64()),
    ("context_at", pa.int64()),
    ("is_there", pa.bool_()),
])  # fmt: skip


def fit_refits(jobs: Sequence["Job"], work: "Work") -> dict[str, str]:
    """Put into the store what sets want of Spark ML, trained on first contexts alone.

    Return the errors of the sets that cannot have it, by key.
    """
    wanting = [job for job in jobs if wants_refits(job)]
    errors: dict[str, str] = {}
    done: dict[Refit, str | None] = {}
    for row in _wanted(wanting, work) if wanting else ():
        job = wanting[row.set]
        refit = refits_of(job, row.n_contexts)[row.refit]
        if refit not in done:
            done[refit] = None if row.is_there else _fit(refit, row, work)
        if done[refit] is not None:
            errors.setdefault(job.key, f"ranker {job.one.ranker}: {done[refit]}")
    return errors


def _wanted(jobs: Sequence["Job"], work: "Work") -> list[Row]:
    """Let a task read the contexts' keys and look into the store; return what sets want.

    A set that there are too few contexts for wants nothing: its own training says so.
    """
    jobs, files, store = list(jobs), work.files, work.store

    def read(batches: Batches) -> Batches:
        for _ in batches:
            profiles, moments = read_keys(files, "train")
            for place, job in enumerate(jobs):
                try:
                    refits = refits_of(job, len(profiles))
                except ValueError:
                    continue
                rows = [
                    {
                        "set": place,
                        "refit": number,
                        "n_contexts": len(profiles),
                        "profile_id": int(profiles[refit.n_contexts]),
                        "context_at": int(moments[refit.n_contexts]),
                        "is_there": store.get(refit.key) is not None,
                    }
                    for number, refit in enumerate(refits)
                ]
                yield pa.RecordBatch.from_pylist(rows, schema=WANTED_SCHEMA)

    rows: list[Row] = (
        one_task(work.session).mapInArrow(read, from_arrow_schema(WANTED_SCHEMA)).collect()
    )
    return rows


def _fit(refit: Refit, first_left_out: Row, work: "Work") -> str | None:
    """Train a base on the contexts before one; return why it cannot be, None if it could."""
    one, store, key = refit.base.one, work.store, refit.key
    moment = F.timestamp_micros(F.lit(first_left_out.context_at))
    earlier = F.struct("context_at", "profile_id") < F.struct(
        moment.alias("context_at"), F.lit(first_left_out.profile_id).alias("profile_id")
    )
    try:
        scorer = fit_spark_ml(work.featurized.where(earlier), one.features, one.params)  # type: ignore[arg-type]
    except Exception as error:  # noqa: BLE001 - one failing set is a row, no more
        return f"on the first {refit.n_contexts} training contexts: {said(one, error)}"
    entry = refit_entry(scorer)

    def put(batches: Batches) -> Batches:
        for batch in batches:
            store.put(key, entry)
            yield batch

    one_task(work.session).mapInArrow(put, "id bigint").collect()
    return None
