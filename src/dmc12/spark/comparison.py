"""Compare rankers with the control."""

import pyarrow as pa
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F  # noqa: N812 - Spark's own convention
from pyspark.sql.pandas.types import from_arrow_schema

from dmc12.comparison import DIFFERENCE_SCHEMA, PARTIAL_SCHEMA, Comparison
from dmc12.knobs import Knobs
from dmc12.metrics import compared, slice_tags
from dmc12.spark.frames import Batches


def compare(metrics_by_context: DataFrame, knobs: Knobs) -> DataFrame:
    """Compare every ranker with the control by bootstrapping profiles; no context is collected.

    Only a profile's metrics move, to where its other contexts are; sums of replicates then meet
    slice by slice.
    """
    slices = slice_tags(knobs.metric_slices)
    comparison = Comparison(
        control=knobs.control_ranker,
        metrics=tuple(compared(knobs.metrics, knobs.metric_ks, knobs.compared_metrics)),
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
    """Return the value of a slice: its tag's, or its tags' as a/b, escaped by macro `escaped`."""
    values = [F.col(f"tags.{tag}").cast("string") for tag in tags]
    if len(values) == 1:
        return values[0]
    for special, escape in (("%", "%25"), ("/", "%2F"), ("*", "%2A")):
        values = [F.replace(value, F.lit(special), F.lit(escape)) for value in values]
    return F.concat_ws("/", *values)
