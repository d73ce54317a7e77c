"""The library's one door to Spark: DataFrames in, DataFrames out, all logic elsewhere.

Only the DataFrame API is used, so everything here runs over Spark Connect as well.
"""

from collections.abc import Iterator
from functools import reduce

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - Spark's own convention
from pyspark.sql.pandas.types import from_arrow_schema, from_arrow_type
from pyspark.sql.types import ArrayType, DoubleType, StructField, StructType

from dmc12.coplays import coplay_cosines
from dmc12.featurize import HISTORY_COLUMNS, Sources, featurize_batch
from dmc12.knobs import Knobs
from dmc12.negatives import draw
from dmc12.negatives.mix import quotas
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


def sample_negatives(
    contexts: DataFrame,
    *,
    history: DataFrame,
    impressions: DataFrame,
    titles: DataFrame,
    weights: DataFrame,
    coplays: DataFrame,
    knobs: Knobs,
) -> DataFrame:
    """Draw the negatives of the train contexts among `contexts_sampled`."""
    wanted = quotas(knobs.negatives_per_context, knobs.negative_shares)
    sources = draw.Sources(
        titles=tuple(titles.inputFiles()),
        weights=tuple(weights.inputFiles()) if "popularity" in wanted else (),
        coplays=tuple(coplays.inputFiles()) if "hard" in wanted else (),
    )
    plan = draw.Plan(
        quotas=wanted,
        excludes_past=knobs.negatives_exclude_played,
        horizon=_horizon(knobs),
        salt=knobs.sampling_salt,
    )
    seen = history.select("profile_id", "plays")
    shown = impressions.select("profile_id", "impressions")
    train = contexts.where("split = 'train'").select(*draw.KEY_COLUMNS).join(seen, "profile_id")
    if "impressions" in wanted:
        nothing = F.array().cast(shown.schema["impressions"].dataType)
        train = train.join(shown, "profile_id", "left").withColumn(
            "impressions", F.coalesce("impressions", nothing)
        )
    return draw_negatives(train, sources, plan)


def sample_evaluation_candidates(
    contexts: DataFrame, *, history: DataFrame, titles: DataFrame, knobs: Knobs
) -> DataFrame:
    """Draw what the contexts of some splits rank beside their positives, uniformly."""
    sources = draw.Sources(titles=tuple(titles.inputFiles()))
    seen = contexts.select(*draw.KEY_COLUMNS).join(
        history.select("profile_id", "plays"), "profile_id"
    )
    parts = [
        draw_negatives(
            seen.where(F.col("split") == split),
            sources,
            draw.Plan(
                quotas={"uniform": 0 if wanted == "all" else int(wanted)},
                excludes_past=False,
                horizon=_horizon(knobs),
                salt=knobs.evaluation_salt,
            ),
        ).where(F.lit(wanted != "all"))
        for split, wanted in knobs.evaluation_candidates.items()
    ]
    return reduce(DataFrame.union, parts).withColumn("salt", F.lit(knobs.evaluation_salt))


def draw_negatives(contexts: DataFrame, sources: draw.Sources, plan: draw.Plan) -> DataFrame:
    """Draw a plan's quotas in each context; each worker reads the look-ups once."""

    def apply(batches: Batches) -> Batches:
        state = sources.state()
        for batch in batches:
            yield draw.draw_batch(batch, state, plan)

    keys = [contexts.schema[name] for name in draw.KEY_COLUMNS]
    return contexts.mapInArrow(
        apply,
        StructType(
            [
                *keys,
                StructField("negatives", ArrayType(from_arrow_type(draw.NEGATIVE))),
                StructField("quotas", ArrayType(from_arrow_type(draw.QUOTA))),
            ]
        ),
    )


def _horizon(knobs: Knobs) -> int:
    """Give the label window's length in microseconds; SQL counts it in whole seconds."""
    return int(knobs.label_horizon_hours * 3600) * 1_000_000


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


def _with_item_struct(schema: StructType, name: str, fields: list[str]) -> StructType:
    """Append a struct of doubles to the items of a DMC-12 schema."""
    item = schema["items"].dataType.elementType
    struct = StructType([StructField(field, DoubleType()) for field in fields])
    widened = ArrayType(StructType([*item.fields, StructField(name, struct)]))
    return StructType(
        [StructField("items", widened) if field.name == "items" else field for field in schema]
    )
