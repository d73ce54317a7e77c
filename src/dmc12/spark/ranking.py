"""Rank items by the scores of all rankers."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - Spark's own convention
from pyspark.sql.types import IntegerType, StructField, StructType

from dmc12.batches import gather
from dmc12.ranks import FIELDS, rank_batch
from dmc12.spark.frames import Batches, lists, with_items

GATHERED = 2**15  # items: more of them are not ranked sooner


def rank(scored: DataFrame) -> DataFrame:
    """Give each item its ranks; features are left behind, not read, and no item is moved."""

    def ranked(batches: Batches) -> Batches:
        for batch in gather(batches, GATHERED):
            yield rank_batch(batch)

    item = scored.schema["items"].dataType.elementType
    ranks = [StructField(score.name, IntegerType(), False) for score in item["scores"].dataType]
    fields = [StructField(name, item[name].dataType, False) for name in FIELDS]
    schema = with_items(scored.schema, [*fields, StructField("ranks", StructType(ranks), False)])
    contexts = [name for name in scored.columns if name != "items"]
    others = [F.col(f"items.{name}").alias(FIELDS[name]) for name in ("show_title_id", "weight")]
    return lists(scored, *contexts, *others).mapInArrow(ranked, schema)
