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
    """Append a struct of doubles to the items of a DMC-12 schema."""
    item = schema["items"].dataType.elementType
    struct = StructType([StructField(field, DoubleType()) for field in fields])
    widened = ArrayType(StructType([*item.fields, StructField(name, struct)]))
    return StructType(
        [StructField("items", widened) if field.name == "items" else field for field in schema]
    )
