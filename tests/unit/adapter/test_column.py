from __future__ import annotations

import pytest

from dbt.adapters.sparksession.column import SparksessionColumn


@pytest.mark.parametrize(
    ("dtype", "kind"),
    [
        ("tinyint", "is_integer"),
        ("int", "is_integer"),
        ("bigint", "is_integer"),
        ("float", "is_float"),
        ("double", "is_float"),
        ("decimal(10,2)", "is_numeric"),
        ("string", "is_string"),
        ("varchar(20)", "is_string"),
        ("array<string>", None),
        ("date", None),
    ],
)
def test_a_type_is_of_its_kind_and_no_other(dtype: str, kind: str | None) -> None:
    column = SparksessionColumn("x", dtype)
    kinds = ("is_integer", "is_float", "is_numeric", "is_string")
    assert [name for name in kinds if getattr(column, name)()] == ([kind] if kind else [])


def test_comments_are_left_out_of_the_catalog_where_there_are_none() -> None:
    column = SparksessionColumn("x", "int", column_comment="a count")
    shown = column.to_column_dict()
    assert shown["column_comment"] == "a count"
    assert "table_comment" not in shown
