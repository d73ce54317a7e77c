"""Sum metrics over contexts."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - Spark's own convention
from pyspark.sql.pandas.types import from_arrow_schema

from dmc12.batches import gather
from dmc12.knobs import Knobs, scored_rankers
from dmc12.metrics import metrics_at, sliced_tags
from dmc12.metrics.measure import measure_lists
from dmc12.metrics.sums import COUNTS, TERMS, sum_metrics, sums_schema
from dmc12.spark.frames import Batches, lists


def sum_metrics_by_tags(scored: DataFrame, knobs: Knobs) -> DataFrame:
    """Measure, and sum every metric over the contexts of equal split, ranker and sliced tags.

    Only sums leave a batch: no metric of a context is kept.
    """
    rankers, discount = scored_rankers(knobs), knobs.metric_discount
    metrics = metrics_at(knobs.metrics, knobs.metric_ks)
    tags = sliced_tags(knobs.metric_slices)
    names = [f"slice_{tag}" for tag in tags]
    keys = ["split", *names]

    def sum_up(batches: Batches) -> Batches:
        for contexts in gather(batches):
            found = measure_lists(contexts, rankers, metrics, discount)
            yield sum_metrics(contexts, found, keys, metrics)

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
