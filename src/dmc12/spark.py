"""The library's one door to Spark: DataFrames in, DataFrames out, all logic elsewhere.

Only the DataFrame API is used, so everything here runs over Spark Connect as well.
"""

from collections.abc import Iterator

import pyarrow as pa
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F  # noqa: N812 - Spark's own convention
from pyspark.sql.pandas.types import from_arrow_schema
from pyspark.sql.types import ArrayType, DoubleType, StructField, StructType

from dmc12.comparison import DIFFERENCE_SCHEMA, PARTIAL_SCHEMA, Comparison
from dmc12.coplays import coplay_cosines
from dmc12.featurize import HISTORY_COLUMNS, Sources, featurize_batch
from dmc12.knobs import Knobs
from dmc12.metrics import compared, slice_tags
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

    one_task = featurized.sparkSession.range(0, 1, numPartitions=1)
    return one_task.mapInArrow(fit, from_arrow_schema(REGISTRY_SCHEMA))


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


def compare(metrics_by_context: DataFrame, knobs: Knobs) -> DataFrame:
    """Compare every ranker with the control by bootstrapping profiles; no context is collected.

    Only a profile's metrics move, to where its other contexts are; sums of replicates then meet
    slice by slice.
    """
    slices = slice_tags(knobs.metric_slices)
    comparison = Comparison(
        control=knobs.control_ranker,
        metrics=tuple(compared(knobs.metrics, knobs.metric_ks, knobs.compared_metrics).values()),
        slices=("all", *slices),
        replicates=knobs.bootstrap_replicates,
        significance=knobs.significance,
        power=knobs.test_power,
    )

    def sum_up(batches: Batches) -> Batches:
        rows = list(batches)
        if rows:
            yield from comparison.partial_sums(pa.Table.from_batches(rows)).to_batches()

    def subtract(partials: pa.Table) -> pa.Table:
        return comparison.differences(partials)

    has_metrics = F.col("metrics").isNotNull()
    rows = metrics_by_context.repartition("profile_id").select(
        "split",
        "ranker",
        F.xxhash64("profile_id", F.lit("bootstrap")).alias("seed"),
        (1 / F.col("inclusion_probability")).alias("weight"),
        (has_metrics & F.expr("n_positives > 0")).alias("has_positive"),
        (has_metrics & F.expr("n_positives between 1 and n_items - 1")).alias("has_both"),
        F.lit("all").alias("slice_all"),
        *[_joined(tags).alias(f"slice_{name}") for name, tags in slices.items()],
        *[F.col(f"metrics.{metric.column}") for metric in comparison.metrics],
    )
    return (
        rows.mapInArrow(sum_up, from_arrow_schema(PARTIAL_SCHEMA))
        .groupBy("split", "slice", "slice_value")
        .applyInArrow(subtract, from_arrow_schema(DIFFERENCE_SCHEMA))
    )


def _joined(tags: list[str]) -> Column:
    """Return the value of a slice: its tags' values as a/b."""
    return F.concat_ws("/", *[F.col(f"tags.{tag}").cast("string") for tag in tags])


def _with_item_struct(schema: StructType, name: str, fields: list[str]) -> StructType:
    """Append a struct of doubles to the items of a DMC-12 schema."""
    item = schema["items"].dataType.elementType
    struct = StructType([StructField(field, DoubleType()) for field in fields])
    widened = ArrayType(StructType([*item.fields, StructField(name, struct)]))
    return StructType(
        [StructField("items", widened) if field.name == "items" else field for field in schema]
    )
