"""Describe features by split and day."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - Spark's own convention
from pyspark.sql.pandas.types import from_arrow_schema

from dmc12 import feature_statistics as statistics
from dmc12.knobs import Knobs
from dmc12.spark.frames import Batches


def feature_statistics(featurized: DataFrame, knobs: Knobs) -> DataFrame:
    """Describe each feature by split and day, and compare it with the train split.

    One pass over the items, in Arrow batches; what is merged is a row a batch, split and day.
    """
    features = list(knobs.features)

    def count(batches: Batches) -> Batches:
        for batch in batches:
            yield statistics.count_batch(batch, features)

    counted = featurized.select(
        "split", "context_at", F.col("items.features").alias("features")
    ).mapInArrow(count, from_arrow_schema(statistics.COUNTED))
    merged = counted.groupBy("split", "day").applyInArrow(
        lambda group: statistics.merge(group, features), from_arrow_schema(statistics.MERGED)
    )
    return merged.groupBy().applyInArrow(
        lambda group: statistics.describe(group, features), from_arrow_schema(statistics.DESCRIBED)
    )
