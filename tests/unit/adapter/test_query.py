from decimal import Decimal

import pytest
from pyspark.sql.types import (
    ArrayType,
    BooleanType,
    DecimalType,
    DoubleType,
    Row,
    StringType,
    StructField,
    StructType,
)

from dbt.adapters.sparksession.query import csv_field, csv_value


@pytest.mark.parametrize(
    ("text", "field"),
    [("a", "a"), ("", '""'), ("a,b", '"a,b"'), ('say "x"', '"say ""x"""'), ("a\nb", '"a\nb"')],
)
def test_fields_are_quoted_where_they_must_be(text: str, field: str) -> None:
    assert csv_field(text) == field


@pytest.mark.parametrize(
    ("value", "kind", "field"),
    [
        (None, StringType(), ""),
        ("", StringType(), '""'),
        (True, BooleanType(), "true"),
        (float("nan"), DoubleType(), "NaN"),
        (Decimal("1.50"), DecimalType(4, 2), "1.50"),
        (["é", None], ArrayType(StringType()), '"[""é"",null]"'),
        (
            Row(1.5),
            StructType([StructField("x", DoubleType())]),
            '"{""x"":1.5}"',
        ),
    ],
)
def test_values_are_written_plainly(value: object, kind: object, field: str) -> None:
    assert csv_value(value, kind) == field
