from datetime import UTC, datetime, timedelta

import pytest

from dbt.adapters.sparksession.versions import (
    base_name,
    built_at,
    data_name,
    is_begun_after,
    kept,
    published_in,
    tables_of,
    unneeded,
    version_name,
    versions_of,
)

NOON = datetime(2026, 11, 23, 12, 0, 0, 123456, tzinfo=UTC)
ONE, TWO, THREE = (
    version_name("orders", NOON + timedelta(minutes=minute), "ab12cd34-0000") for minute in range(3)
)


def test_a_version_is_named_by_table_time_and_invocation() -> None:
    assert ONE == "orders__v20261123t120000123456_ab12cd34"
    assert built_at(ONE) == NOON


def test_names_sort_by_time() -> None:
    assert versions_of("Orders", [TWO, ONE.upper()]) == [ONE, TWO]


@pytest.mark.parametrize("other", ["orders__vip", "orders__v1", f"big_{ONE}", "orders__v2026"])
def test_other_tables_are_no_versions(other: str) -> None:
    assert versions_of("orders", [other]) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"select * from `shop__versions`.`{ONE}`", ONE),
        (f"SELECT * FROM shop__versions.{ONE} ", ONE),
        (f"select * from other__versions.{ONE}", None),
        (f"select id from shop__versions.{ONE}", None),
        ("select * from shop__versions.orders", None),
        ("", None),
    ],
)
def test_only_a_published_view_names_its_version(text: str, expected: str | None) -> None:
    assert published_in(text, "shop") == expected


def test_an_increments_data_bears_the_name_of_its_version() -> None:
    assert data_name(TWO) == "orders__d20261123t120100123456_ab12cd34"
    assert base_name(data_name(TWO)) == "orders"
    assert versions_of("orders", [TWO, data_name(TWO)]) == [TWO]
    assert tables_of("orders", [THREE, data_name(TWO), TWO]) == [data_name(TWO), TWO, THREE]


def test_what_was_begun_later_is_told_by_time_alone() -> None:
    assert is_begun_after(data_name(TWO), ONE)
    assert not is_begun_after(data_name(TWO), TWO)


@pytest.mark.parametrize(("keep", "stay"), [(1, [TWO]), (2, [ONE, TWO]), (3, [ONE, TWO])])
def test_the_newest_versions_up_to_the_published_one_stay(keep: int, stay: list[str]) -> None:
    assert kept([ONE, TWO, THREE], TWO, keep) == stay


def test_versions_are_dropped_before_the_data_they_refer_to() -> None:
    tables = [data_name(ONE), ONE, TWO]
    assert unneeded(tables, {TWO}) == [ONE, data_name(ONE)]
