import pytest

from dbt.adapters.sparksession.schema_types import (
    Array,
    Atom,
    Field,
    Struct,
    TypeTextError,
    literal,
    parse_type,
    render_type,
    short,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("BIGINT", "bigint"),
        ("long", "bigint"),
        ("decimal", "decimal(10,0)"),
        ("numeric(12)", "decimal(12,0)"),
        ("decimal( 12 , 2 )", "decimal(12,2)"),
        ("timestamp_ltz", "timestamp"),
        ("array< struct< a : int , b: array<string> > >", "array<struct<a:int,b:array<string>>>"),
        ("map<string, struct<x double>>", "map<string,struct<x:double>>"),
        ("struct<`odd name`: int not null comment 'it''s'>", "struct<odd name:int>"),
        ("struct<>", "struct<>"),
        ("interval day to second", "interval day to second"),
    ],
)
def test_types_are_read_as_spark_names_them(text: str, expected: str) -> None:
    assert short(parse_type(text)) == expected


@pytest.mark.parametrize(
    "text", ["", "array", "array<int", "struct<a>", "int int", "a; drop table b", "array<int>>"]
)
def test_what_is_no_type_is_refused_and_quoted(text: str) -> None:
    with pytest.raises(TypeTextError, match="not a Spark type"):
        parse_type(text)


def test_not_null_and_comments_survive_the_round_trip() -> None:
    text = "array<struct<`a`:int not null comment 'x\\'y',`b c`:double>>"
    assert render_type(parse_type(text)) == text


def test_nullability_is_kept_per_field() -> None:
    parsed = parse_type("array<struct<a: int not null, b: int>>")
    assert parsed == Array(
        Struct((Field("a", Atom("int"), nullable=False), Field("b", Atom("int"))))
    )


def test_a_literal_holds_quotes_and_backslashes() -> None:
    assert literal("a'b\\") == "'a\\'b\\\\'"
