"""Sum metrics over contexts."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - Spark's own convention
from pyspark.sql.pandas.types import from_arrow_schema

from dmc12.knobs import Knobs
from dmc12.metrics import metrics_at, sliced_tags
from dmc12.metrics.sums import COUNTS, TERMS, sum_metrics, sums_schema
from dmc12.spark.frames import Batches
from dmc12.spark.measure import lists, measurer


def sum_metrics_by_tags(scored: DataFrame, knobs: Knobs) -> DataFrame:
    """Measure, and sum every metric over the contexts of equal split, ranker and sliced tags.

    Only sums leave a batch: no metric of a context is kept.
    """
    measured = measurer(knobs)
    metrics = metrics_at(knobs.metrics, knobs.metric_ks)
    tags = sliced_tags(knobs.metric_slices)
    names = [f"slice_{tag}" for tag in tags]
    keys = ["split", *names, "ranker"]

    def sum_up(batches: Batches) -> Batches:
        for rows in measured(batches):
            yield sum_metrics(rows, keys, metrics)

    read = lists(
        scored,
        "split",
        *[F.col(f"tags.{tag}").cast("string").alias(f"slice_{tag}") for tag in tags],
        (1 / F.col("inclusion_probability")).alias("weight"),
    )
    sums = read.mapInArrow(sum_up, from_arrow_schema(sums_schema(keys)))
    values = F.array(*names).cast("array<string>").alias("slice_tags")
    return sums.groupBy("split", values, "ranker", "metric", "k").agg(
        *[F.sum(name).alias(name) for name in (*COUNTS, *TERMS)]
    )
