"""Measure rankers."""

from pyspark.sql import DataFrame
from pyspark.sql.types import DoubleType, IntegerType, StringType, StructField, StructType

from dmc12.batches import gather
from dmc12.knobs import Knobs, scored_rankers
from dmc12.metrics import metrics_at
from dmc12.metrics.measure import measure_batch
from dmc12.spark.frames import Batches, lists

KEYS = ("profile_id", "country_iso_code", "context_at", "split", "tags", "inclusion_probability")


def measure(scored: DataFrame, knobs: Knobs) -> DataFrame:
    """Take every metric of every ranker in one pass over labels and scores; no item is moved."""
    read = lists(scored, *KEYS)
    metrics = metrics_at(knobs.metrics, knobs.metric_ks)
    values = StructType([StructField(metric.column, DoubleType()) for metric in metrics])
    schema = StructType([
        *[read.schema[name] for name in KEYS],
        StructField("ranker", StringType()),
        StructField("n_items", IntegerType()),
        StructField("n_positives", IntegerType()),
        StructField("metrics", values),
        StructField("chance", values),
    ])  # fmt: skip
    rankers = scored_rankers(knobs)

    def measured(batches: Batches) -> Batches:
        for batch in gather(batches):
            yield measure_batch(batch, rankers, metrics, knobs.metric_discount)

    return read.mapInArrow(measured, schema)
