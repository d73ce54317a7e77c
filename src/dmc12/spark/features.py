"""Give items their features, and say which there are."""

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql.pandas.types import from_arrow_schema

from dmc12.feature_manifest import feature_manifest
from dmc12.featurize import HISTORY_COLUMNS, featurize_batch
from dmc12.knobs import Knobs
from dmc12.online.earlier import EARLIER_SCHEMA, earlier_ranker
from dmc12.spark.frames import Batches, with_item_struct
from dmc12.spark.lookups import Lookups


def featurize(
    contexts: DataFrame, *, history: DataFrame, lookups: Lookups, knobs: Knobs
) -> DataFrame:
    """Give each item of `dmc12_labeled` its features.

    Contexts meet their profile's history in one join, by the buckets that both lie in: the hint
    keeps Spark from sending all histories to all tasks where they are few.
    """
    return featurized(contexts, contexts.columns, history, lookups, knobs)


def featurized(
    contexts: DataFrame,
    columns: list[str],
    history: DataFrame,
    lookups: Lookups,
    knobs: Knobs,
    plays: Column | None = None,
) -> DataFrame:
    """Return the contexts' `columns`, their items with features; `plays` replaces the history's."""
    sources = lookups.sources(knobs)
    features = knobs.features

    def encode(batches: Batches) -> Batches:
        state = sources.state()
        for batch in batches:
            yield featurize_batch(batch, state, features)

    seen = history.select("profile_id", *HISTORY_COLUMNS).hint("shuffle_hash")
    joined = contexts.join(seen, "profile_id")
    if plays is not None:
        joined = joined.withColumn("plays", plays)
    schema = with_item_struct(contexts.select(*columns).schema, "features", features)
    return joined.select(*columns, *HISTORY_COLUMNS).mapInArrow(encode, schema)


def find_earlier_ranker(session: SparkSession, knobs: Knobs) -> DataFrame:
    """Take the ranker whose score is a feature out of the bundle that the knob names, if it does.

    The bundle lies on a file system that the caller sees; its text goes into the table.
    """
    # the types are said because Connect cannot tell those of no rows
    return session.createDataFrame(earlier_ranker(knobs), from_arrow_schema(EARLIER_SCHEMA))


def manifest(session: SparkSession, knobs: Knobs) -> DataFrame:
    """List the declared features: encoder, data, window, missing value."""
    return session.createDataFrame(feature_manifest(knobs.features))
