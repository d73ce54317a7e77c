"""Draw negatives and evaluation candidates."""

from functools import reduce

from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - Spark's own convention
from pyspark.sql.pandas.types import from_arrow_type
from pyspark.sql.types import ArrayType, StructField, StructType

from dmc12.knobs import Knobs
from dmc12.negatives import draw
from dmc12.negatives.mix import quotas
from dmc12.spark.frames import Batches


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
