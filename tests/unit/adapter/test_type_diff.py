import pytest

from dbt.adapters.sparksession.schema_types import Field, parse_type
from dbt.adapters.sparksession.type_diff import type_diff


def columns(**types: str | None) -> list[Field]:
    return [Field(name, parse_type(text) if text else None) for name, text in types.items()]


@pytest.mark.parametrize(
    ("declared", "actual", "expected"),
    [
        ("int", "int", []),
        ("int", "bigint", ["items: declared int, got bigint"]),
        ("array<int>", "array<long>", ["items[]: declared int, got bigint"]),
        (
            "array<struct<features: struct<f2: float>>>",
            "array<struct<features: struct<f2: double>>>",
            ["items[].features.f2: declared float, got double"],
        ),
        (
            "array<struct<a: int, weight: double>>",
            "array<struct<a: int, x: int>>",
            ["items[].weight: missing", "items[].x: not declared"],
        ),
        (
            "array<struct<a: int, b: int>>",
            "array<struct<b: int, a: int>>",
            ["items: element order differs (declared a, b)"],
        ),
        ("struct<a: int>", "struct<A: int>", ["items.a: missing", "items.A: not declared"]),
        ("map<string, int>", "map<string, long>", ["items.value: declared int, got bigint"]),
        ("array<int>", "string", ["items: declared array<int>, got string"]),
        ("struct<a: int not null>", "struct<a: int>", []),
    ],
)
def test_a_difference_is_named_by_its_path(declared: str, actual: str, expected: list[str]) -> None:
    assert type_diff(columns(items=declared), columns(items=actual)) == expected


def test_columns_match_in_any_order_and_case() -> None:
    assert type_diff(columns(a="int", B="string"), columns(b="string", A="int")) == []


def test_missing_and_undeclared_columns_are_named() -> None:
    assert type_diff(columns(a="int", b="int"), columns(a="int", c="int")) == [
        "b: missing",
        "c: not declared",
    ]


def test_a_column_without_a_type_must_only_be_there() -> None:
    assert type_diff(columns(a=None, b=None), columns(a="array<int>")) == ["b: missing"]
