"""What several of the doors to Spark need."""

from collections.abc import Iterator

import pyarrow as pa
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - Spark's own convention
from pyspark.sql.types import ArrayType, DoubleType, StructField, StructType

from dmc12.knobs import Knobs

Batches = Iterator[pa.RecordBatch]


def publish_delay(knobs: Knobs) -> Column:
    """Return how long a fact stays unseen."""
    return F.expr(f"make_dt_interval(0, 0, 0, {knobs.publish_delay_hours * 3600})")


def one_task(session: SparkSession) -> DataFrame:
    """Return one row, hence one task, for work that reads its files itself."""
    return session.range(0, 1, numPartitions=1)


def with_item_struct(schema: StructType, name: str, fields: list[str]) -> StructType:
    """Append a struct of doubles to the items of a DMC-12 schema; neither is ever null."""
    item = schema["items"].dataType.elementType
    struct = StructType([StructField(field, DoubleType(), False) for field in fields])
    return with_items(schema, [*item.fields, StructField(name, struct, False)])


def with_items(schema: StructType, fields: list[StructField]) -> StructType:
    """Give a DMC-12 schema items of these fields, none of them null.

    Spark takes columns over from Python sooner where it need not ask each value whether it is null:
    so it does not ask, and whoever makes the items makes sure of it.
    """
    items = StructField("items", ArrayType(StructType(fields), containsNull=False), False)
    return StructType([items if field.name == "items" else field for field in schema])


def lists(scored: DataFrame, *columns: str | Column) -> DataFrame:
    """Return columns of contexts beside their items' `labels` and `scores`; no feature is read."""
    return scored.select(
        *columns, F.col("items.label").alias("labels"), F.col("items.scores").alias("scores")
    )
