from datetime import UTC, datetime, timedelta

import pytest

from dbt.adapters.sparksession.versions import (
    built_at,
    expired,
    orphans,
    published_in,
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


def test_versions_begun_after_the_published_one_are_orphans() -> None:
    none, day = timedelta(0), timedelta(days=1)
    now = NOON + timedelta(hours=1)
    assert orphans([ONE, TWO, THREE], TWO, now, none) == [THREE]
    assert orphans([ONE, TWO, THREE], None, now, none) == [ONE, TWO, THREE]
    assert orphans([ONE, TWO, THREE], TWO, now, day) == []


@pytest.mark.parametrize(("keep", "dropped"), [(1, [ONE]), (2, []), (3, [])])
def test_the_newest_versions_up_to_the_published_one_stay(keep: int, dropped: list[str]) -> None:
    assert expired([ONE, TWO, THREE], TWO, keep) == dropped
