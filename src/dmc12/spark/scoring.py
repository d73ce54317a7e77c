"""Score items by all rankers."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - Spark's own convention

from dmc12.knobs import Knobs, scored_rankers
from dmc12.scoring import Rankers, score_batch
from dmc12.spark.frames import Batches, with_item_struct


def score(featurized: DataFrame, rankers: DataFrame, knobs: Knobs) -> DataFrame:
    """Give each item the scores of rankers, in one pass over the contexts of scored splits."""
    names = scored_rankers(knobs)
    rows = [row.asDict(recursive=True) for row in rankers.orderBy("ranker").collect()]
    by_name = {row["ranker"]: row for row in rows}
    declared = [by_name[name] for name in names]

    def apply(batches: Batches) -> Batches:
        loaded = Rankers.load(declared)
        for batch in batches:
            yield score_batch(batch, loaded)

    return featurized.where(F.col("split").isin(knobs.scored_splits)).mapInArrow(
        apply, with_item_struct(featurized.schema, "scores", names)
    )
