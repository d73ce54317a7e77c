"""The library's one door to Spark: DataFrames in, DataFrames out, all logic elsewhere.

Only the DataFrame API is used, so everything here runs over Spark Connect as well.
"""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - Spark's own convention
from pyspark.sql.pandas.types import from_arrow_schema
from pyspark.sql.types import ArrayType, DoubleType, StructField, StructType

from dmc12.columns import local_path
from dmc12.coplays import coplay_cosines
from dmc12.featurize import HISTORY_COLUMNS, Sources, featurize_batch
from dmc12.knobs import Knobs, bundled_rankers
from dmc12.online import load
from dmc12.online.build import BUNDLES_SCHEMA, PARITY, SERVING, write_bundles
from dmc12.online.pointer import release, sweep
from dmc12.online.rank_contexts import RANKED_SCHEMA, rank_contexts
from dmc12.rankers import ranker_specs
from dmc12.scoring import Rankers, score_batch
from dmc12.training import REGISTRY_SCHEMA, train_rankers

Batches = Iterator[pa.RecordBatch]


def fit_coplays(plays: DataFrame, knobs: Knobs) -> DataFrame:
    """Fit the co-play cosines on the facts strictly before each fit date, one task a date."""
    dates = [F.lit(moment) for moment in knobs.coplay_fit_dates]
    neighbours = knobs.coplay_neighbours

    def fit(key: tuple[pa.Scalar, ...], group: pa.Table) -> pa.Table:
        cosines = coplay_cosines(group, neighbours)
        fitted_at = pa.array([key[0].as_py()] * len(cosines), pa.timestamp("us", tz="UTC"))
        return cosines.add_column(0, "fitted_at", fitted_at)

    return (
        plays.withColumn("fitted_at", F.explode(F.array(*dates)))
        .where("played_at < fitted_at")
        .select("fitted_at", "profile_id", "show_title_id")
        .distinct()
        .groupBy("fitted_at")
        .applyInArrow(
            fit, "fitted_at timestamp, show_title_id bigint, neighbour_id bigint, cosine double"
        )
    )


def featurize(
    contexts: DataFrame,
    *,
    history: DataFrame,
    titles: DataFrame,
    popularity: DataFrame,
    coplays: DataFrame,
    knobs: Knobs,
) -> DataFrame:
    """Give each item of `dmc12_labeled` its features.

    Contexts meet their profile's history in one join; the other tables are small or looked up by
    key, so each worker reads their Parquet files itself, once.
    """
    sources = Sources(
        titles=tuple(titles.inputFiles()),
        popularity=tuple(popularity.inputFiles()),
        coplays=tuple(coplays.inputFiles()),
        world=knobs.world,
    )
    features = knobs.features

    def encode(batches: Batches) -> Batches:
        state = sources.state()
        for batch in batches:
            yield featurize_batch(batch, state, features)

    seen = history.select("profile_id", *HISTORY_COLUMNS)
    return contexts.join(seen, "profile_id").select(*contexts.columns, *HISTORY_COLUMNS).mapInArrow(
        encode, _with_item_struct(contexts.schema, "features", features)
    )  # fmt: skip


def train(featurized: DataFrame, knobs: Knobs) -> DataFrame:
    """Train the declared rankers in one task, which streams the Parquet files itself."""
    files = list(featurized.inputFiles())
    specs = ranker_specs(knobs.rankers, knobs.features)
    threads = knobs.training_threads

    def fit(batches: Batches) -> Batches:
        for _ in batches:
            yield from train_rankers(specs, files, threads=threads).to_batches()

    return _one_task(featurized.sparkSession).mapInArrow(fit, from_arrow_schema(REGISTRY_SCHEMA))


def score(featurized: DataFrame, rankers: DataFrame, knobs: Knobs) -> DataFrame:
    """Give each item the scores of all rankers, in one pass over the contexts of scored splits."""
    rows = [row.asDict(recursive=True) for row in rankers.orderBy("ranker").collect()]
    by_name = {row["ranker"]: row for row in rows}
    declared = [by_name[name] for name in knobs.rankers]

    def apply(batches: Batches) -> Batches:
        loaded = Rankers.load(declared)
        for batch in batches:
            yield score_batch(batch, loaded)

    return featurized.where(F.col("split").isin(knobs.scored_splits)).mapInArrow(
        apply, _with_item_struct(featurized.schema, "scores", list(knobs.rankers))
    )


def bundle(
    rankers: DataFrame,
    *,
    sample: DataFrame,
    titles: DataFrame,
    popularity: DataFrame,
    coplays: DataFrame,
    schema: str,
    knobs: Knobs,
) -> DataFrame:
    """Write the bundles, in one task, which reads the tables' Parquet files itself.

    They lie in the warehouse, under `bundles/<schema>`: a file system that all workers see.
    """
    by_name = {row["ranker"]: row.asDict(recursive=True) for row in rankers.collect()}
    rows = [by_name[name] for name in bundled_rankers(knobs)]
    days = [
        row.day for row in sample.select(F.to_date("context_at").alias("day")).distinct().collect()
    ]
    files = {
        "titles": titles.inputFiles(),
        "popularity": popularity.inputFiles(),
        "coplays": coplays.inputFiles(),
    }
    root = _bundles_of(rankers.sparkSession, schema)
    latest_days = knobs.bundle_days

    def write(batches: Batches) -> Batches:
        for _ in batches:
            yield from write_bundles(
                root, files, rows, latest_days=latest_days, parity_days=days
            ).to_batches()

    return _one_task(rankers.sparkSession).mapInArrow(write, from_arrow_schema(BUNDLES_SCHEMA))


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
    return Path(local_path(session.conf.get("spark.sql.warehouse.dir"))) / "bundles" / schema


def _one_task(session: SparkSession) -> DataFrame:
    """Return one row, hence one task, for work that reads its files itself."""
    return session.range(0, 1, numPartitions=1)


def _with_item_struct(schema: StructType, name: str, fields: list[str]) -> StructType:
    """Append a struct of doubles to the items of a DMC-12 schema."""
    item = schema["items"].dataType.elementType
    struct = StructType([StructField(field, DoubleType()) for field in fields])
    widened = ArrayType(StructType([*item.fields, StructField(name, struct)]))
    return StructType(
        [StructField("items", widened) if field.name == "items" else field for field in schema]
    )
