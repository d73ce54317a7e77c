"""Fit the titles' factors."""

from functools import reduce

from pyspark.ml.recommendation import ALS
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - Spark's own convention

from dmc12.knobs import Knobs
from dmc12.spark.frames import publish_delay


def fit_factors(plays: DataFrame, knobs: Knobs) -> DataFrame:
    """Fit the titles' factors by ALS on the facts visible before each fit date.

    ALS sums in the order of its input and of its blocks, so there is one block, in order: the same
    facts give the same bytes. Its ids are ints: places among the sorted ids.
    """
    schema = (
        "fitted_at timestamp, show_title_id bigint, factors array<double>, alpha double, "
        "regularisation double"
    )
    fits = [plays.sparkSession.createDataFrame([], schema)]
    for fitted_at in knobs.als_fit_dates:
        visible = F.col("played_at") < F.lit(fitted_at) - publish_delay(knobs)
        ratings = (
            plays.where(visible)
            .groupBy("profile_id", "show_title_id")
            .agg(F.count("*").cast("float").alias("plays"))
            .withColumn("profile", F.expr("dense_rank() over (order by profile_id)"))
            .withColumn("title", F.expr("dense_rank() over (order by show_title_id)"))
            .repartition(1)
            .sortWithinPartitions("profile", "title")
        )
        if ratings.isEmpty():
            continue
        als = ALS(
            userCol="profile",
            itemCol="title",
            ratingCol="plays",
            implicitPrefs=True,
            rank=knobs.als.rank,
            maxIter=knobs.als.iterations,
            regParam=knobs.als.regularisation,
            alpha=knobs.als.alpha,
            seed=12,
            numUserBlocks=1,
            numItemBlocks=1,
        )
        model = als.fit(ratings)
        fits.append(
            ratings.select("show_title_id", "title").distinct()
            .join(model.itemFactors, F.col("title") == F.col("id"))
            .select(
                F.lit(fitted_at).alias("fitted_at"),
                "show_title_id",
                F.col("features").cast("array<double>").alias("factors"),
                F.lit(knobs.als.alpha).alias("alpha"),
                F.lit(knobs.als.regularisation).alias("regularisation"),
            )
        )  # fmt: skip
    return reduce(lambda one, other: one.unionByName(other), fits)
