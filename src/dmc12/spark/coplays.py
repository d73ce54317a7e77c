"""Fit the co-play cosines."""

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - Spark's own convention

from dmc12.coplays import coplay_cosines
from dmc12.knobs import Knobs
from dmc12.spark.frames import publish_delay


def fit_coplays(plays: DataFrame, knobs: Knobs) -> DataFrame:
    """Fit the co-play cosines on the facts visible before each fit date, one task a date."""
    dates = [F.lit(moment) for moment in knobs.coplay_fit_dates]
    neighbours = knobs.coplay_neighbours

    def fit(key: tuple[pa.Scalar, ...], group: pa.Table) -> pa.Table:
        cosines = coplay_cosines(group, neighbours)
        fitted_at = pa.array([key[0].as_py()] * len(cosines), pa.timestamp("us", tz="UTC"))
        return cosines.add_column(0, "fitted_at", fitted_at)

    return (
        plays.withColumn("fitted_at", F.explode(F.array(*dates)))
        .where(F.col("played_at") < F.col("fitted_at") - publish_delay(knobs))
        .select("fitted_at", "profile_id", "show_title_id")
        .distinct()
        .groupBy("fitted_at")
        .applyInArrow(
            fit, "fitted_at timestamp, show_title_id bigint, neighbour_id bigint, cosine double"
        )
    )
