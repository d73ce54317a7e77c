"""A Spark data type as the tree of `schema_types`."""

from __future__ import annotations

from typing import Any

from dbt.adapters.sparksession.schema_types import Array, Atom, Field, Map, Struct, Type


def columns_of(schema: Any) -> list[Field]:
    """The columns of a DataFrame's schema (a `StructType`), each nullable, as Spark stores them."""
    return [Field(field.name, tree_of(field.dataType)) for field in schema.fields]


def tree_of(data_type: Any) -> Type:
    """Convert a `pyspark.sql.types.DataType`."""
    match data_type.typeName():
        case "array":
            return Array(tree_of(data_type.elementType))
        case "map":
            return Map(tree_of(data_type.keyType), tree_of(data_type.valueType))
        case "struct":
            return Struct(tuple(columns_of(data_type)))
        case _:
            return Atom(data_type.simpleString())
