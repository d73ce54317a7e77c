"""Sum metrics over contexts."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - Spark's own convention
from pyspark.sql.types import (
    DecimalType,
    IntegerType,
    LongType,
    StringType,
    StructField,
    StructType,
)

from dmc12.knobs import Knobs
from dmc12.metrics import metrics_at, slice_tags
from dmc12.metrics.sums import COUNTS, TERMS, sum_metrics
from dmc12.spark.frames import Batches

SUM = DecimalType(38, 16)


def sum_metrics_by_tags(metrics_by_context: DataFrame, knobs: Knobs) -> DataFrame:
    """Sum every metric over the contexts of equal split, ranker and tags that slices are made of.

    Only sums move: a batch's contexts meet where they are.
    """
    metrics = metrics_at(knobs.metrics, knobs.metric_ks)
    tags = dict.fromkeys(tag for tags in slice_tags(knobs.metric_slices).values() for tag in tags)
    names = [f"slice_{tag}" for tag in tags]
    keys = ["split", *names, "ranker"]

    def sum_up(batches: Batches) -> Batches:
        for batch in batches:
            if len(batch):
                yield sum_metrics(batch, keys, metrics)

    rows = metrics_by_context.select(
        "split",
        *[F.col(f"tags.{tag}").cast("string").alias(f"slice_{tag}") for tag in tags],
        "ranker",
        "n_items",
        "n_positives",
        (1 / F.col("inclusion_probability")).alias("weight"),
        "metrics",
        "chance",
    )
    schema = StructType([
        *[StructField(name, StringType()) for name in [*keys, "metric"]],
        StructField("k", IntegerType()),
        *[StructField(name, LongType()) for name in COUNTS],
        *[StructField(name, SUM) for name in TERMS],
    ])  # fmt: skip
    sums = rows.mapInArrow(sum_up, schema)
    values = F.array(*names).cast("array<string>").alias("slice_tags")
    return sums.groupBy("split", values, "ranker", "metric", "k").agg(
        *[F.sum(name).cast(schema[name].dataType).alias(name) for name in (*COUNTS, *TERMS)]
    )
