"""Measure rankers."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - Spark's own convention
from pyspark.sql.types import DoubleType, IntegerType, StringType, StructField, StructType

from dmc12.knobs import Knobs, scored_rankers
from dmc12.metrics import metrics_at
from dmc12.metrics.measure import KEYS, measure_batch
from dmc12.spark.frames import Batches


def measure(scored: DataFrame, knobs: Knobs) -> DataFrame:
    """Take every metric of every ranker in one pass over labels and scores; no item is moved."""
    rankers = scored_rankers(knobs)
    metrics = metrics_at(knobs.metrics, knobs.metric_ks)
    read = scored.select(
        *KEYS, F.col("items.label").alias("labels"), F.col("items.scores").alias("scores")
    )

    def apply(batches: Batches) -> Batches:
        for batch in batches:
            yield measure_batch(batch, rankers, metrics, knobs.metric_discount)

    values = StructType([StructField(metric.column, DoubleType()) for metric in metrics])
    schema = StructType([
        *[read.schema[name] for name in KEYS],
        StructField("ranker", StringType()),
        StructField("n_items", IntegerType()),
        StructField("n_positives", IntegerType()),
        StructField("metrics", values),
        StructField("chance", values),
    ])  # fmt: skip
    return read.mapInArrow(apply, schema)
