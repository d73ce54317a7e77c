"""Write, try and release the bundles of the online service."""

from pathlib import Path

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - Spark's own convention
from pyspark.sql.pandas.types import from_arrow_schema

from dmc12.featurize import HISTORY_COLUMNS
from dmc12.knobs import Knobs, bundled_rankers
from dmc12.online import load
from dmc12.online.build import BUNDLES_SCHEMA, PARITY, SERVING, write_bundles
from dmc12.online.pointer import release, sweep
from dmc12.online.rank_contexts import RANKED_SCHEMA, rank_contexts
from dmc12.spark.frames import Batches, one_task
from dmc12.spark.lookups import Lookups
from dmc12.spark.warehouse import warehouse_of


def bundle(
    rankers: DataFrame, *, sample: DataFrame, lookups: Lookups, schema: str, knobs: Knobs
) -> DataFrame:
    """Write the bundles, in one task, which reads the tables' Parquet files itself.

    They lie in the warehouse, under `bundles/<schema>`: a file system that all workers see. Their
    rankers have learned until `test_starts_at`, by which validation's label windows have ended.
    """
    by_name = {row["ranker"]: row.asDict(recursive=True) for row in rankers.collect()}
    rows = [by_name[name] for name in bundled_rankers(knobs)]
    days = [
        row.day for row in sample.select(F.to_date("context_at").alias("day")).distinct().collect()
    ]
    sources = lookups.sources(knobs)
    root = _bundles_of(rankers.sparkSession, schema)
    learned_until, latest_days = knobs.test_starts_at, knobs.bundle_days

    def write(batches: Batches) -> Batches:
        for _ in batches:
            yield from write_bundles(
                root,
                sources,
                rows,
                learned_until=learned_until,
                latest_days=latest_days,
                parity_days=days,
            ).to_batches()

    return one_task(rankers.sparkSession).mapInArrow(write, from_arrow_schema(BUNDLES_SCHEMA))


def rank_online(sample: DataFrame, *, history: DataFrame, bundles: DataFrame) -> DataFrame:
    """Rank the sampled contexts by the parity bundle, loaded from its directory, one at a time."""
    rows = bundles.where(F.col("bundle") == PARITY).collect()

    def rank(batches: Batches) -> Batches:
        loaded = [load(row.path, row.fingerprint) for row in rows]
        for batch in batches:
            for one in loaded:
                yield rank_contexts(batch, one)

    seen = history.select("profile_id", *HISTORY_COLUMNS)
    return sample.join(seen, "profile_id").mapInArrow(rank, from_arrow_schema(RANKED_SCHEMA))


def release_bundle(bundles: DataFrame, *, parity: DataFrame, knobs: Knobs) -> DataFrame:
    """Let the serving bundle be served, unless one sampled context was ranked otherwise online.

    Raise ValueError for that, and where contexts were to be compared and none was.
    """
    unequal = F.count_if(~F.col("is_equal")).alias("unequal")
    compared = parity.agg(F.count("*").alias("all"), unequal).collect()[0]
    if compared.unequal or (knobs.parity_contexts and not compared["all"]):
        raise ValueError(
            f"the bundle is not released: of {compared['all']} comparisons with the offline tables "
            f"{compared.unequal} fail; see online_offline_parity"
        )
    kept = knobs.bundles_kept

    def move(batches: Batches) -> Batches:
        for batch in batches:
            for row in batch.to_pylist():
                release(Path(row["path"]), row["fingerprint"])
                sweep(Path(row["path"]).parent, kept)
            yield batch

    served = bundles.where(F.col("bundle") == SERVING).select("bundle", "path", "fingerprint")
    return served.mapInArrow(move, served.schema)


def _bundles_of(session: SparkSession, schema: str) -> Path:
    """Return the directory of a schema's bundles."""
    return warehouse_of(session) / "bundles" / schema
