import pytest
from dbt_common.exceptions import DbtRuntimeError

from dbt.adapters.sparksession.schema_change import evolve
from dbt.adapters.sparksession.schema_types import Atom, Field, Struct

A, B, C = (Field(name, Atom("int")) for name in "abc")
WIDE_A = Field("a", Atom("bigint"))


@pytest.mark.parametrize(
    ("mode", "query", "columns"),
    [
        ("ignore", [A, B, C], [A, B]),
        ("append_new_columns", [A, C], [A, B, C]),
        ("sync_all_columns", [C, A], [C, A]),
        ("fail", [B, A], [A, B]),
    ],
)
def test_the_mode_chooses_the_columns(mode: str, query: list[Field], columns: list[Field]) -> None:
    evolution = evolve([A, B], query, mode)
    assert evolution.columns == columns
    assert not evolution.rewrites


def test_a_changed_type_rewrites_the_rows_that_stay_when_columns_are_synced() -> None:
    assert evolve([A], [WIDE_A], "sync_all_columns").rewrites
    assert evolve([A], [WIDE_A], "append_new_columns").columns == [A]


@pytest.mark.parametrize(
    ("mode", "query", "said"),
    [
        ("ignore", [A], "no longer has b"),
        ("fail", [A, WIDE_A], "a: declared int, got bigint"),
        ("fail", [A, B, C], "c: not declared"),
        ("sometimes", [A, B], "on_schema_change sometimes is unknown"),
    ],
)
def test_what_cannot_be_is_named(mode: str, query: list[Field], said: str) -> None:
    with pytest.raises(DbtRuntimeError, match=said):
        evolve([A, B], query, mode)


def test_what_is_not_null_is_no_other_type() -> None:
    strict, loose = (
        Field("s", Struct((Field("x", Atom("int"), nullable=nullable),)))
        for nullable in (False, True)
    )
    assert not evolve([loose], [strict], "sync_all_columns").rewrites
