import pytest

from dbt.adapters.sparksession.nested_columns import fold_columns
from dbt.adapters.sparksession.schema_types import TypeTextError, render_field
from dbt.adapters.sparksession.type_leaves import leaves
from dbt.adapters.sparksession.type_tree import type_tree

NOT_NULL = [{"type": "not_null"}]
ITEMS = [
    {"name": "items", "data_type": "array", "constraints": NOT_NULL},
    {"name": "items.label", "data_type": "double", "constraints": NOT_NULL},
    {"name": "items.tags", "data_type": "struct"},
    {"name": "items.tags.a", "data_type": "map<string, struct<b: int>>"},
    {"name": "other.name", "data_type": "int"},
]


def test_parts_become_the_fields_of_their_parent() -> None:
    assert [render_field(column) for column in fold_columns(ITEMS)] == [
        "`items` array<struct<`label`:double not null,"
        "`tags`:struct<`a`:map<string,struct<`b`:int>>>>> not null",
        "`other.name` int",
    ]


def test_a_tree_has_a_line_a_field() -> None:
    assert type_tree(fold_columns([*ITEMS, {"name": "x"}])) == [
        "items: array<struct> not null",
        "  label: double not null",
        "  tags: struct",
        "    a: map<string,struct>",
        "      b: int",
        "other.name: int",
        "x: any type",
    ]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ([{"name": "a", "data_type": "int"}, {"name": "a.b", "data_type": "int"}], "column a: its"),
        ([{"name": "a"}, {"name": "a.b", "data_type": "int"}], "must be array or struct, not None"),
        ([{"name": "a", "data_type": "array"}], "column a: not a Spark type: 'array'"),
    ],
)
def test_what_cannot_be_folded_is_named(columns, message) -> None:
    with pytest.raises(TypeTextError, match=message):
        fold_columns(columns)


def test_leaves_are_the_innermost_fields_of_structs() -> None:
    text = "array<struct<id: bigint, features: struct<f: double, tags: array<string>>>>"
    assert leaves(text) == [
        {"path": "id", "type": "bigint"},
        {"path": "features.f", "type": "double"},
        {"path": "features.tags", "type": "array<string>"},
    ]
