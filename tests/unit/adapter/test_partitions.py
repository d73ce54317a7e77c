import pytest

from dbt.adapters.sparksession.partitions import (
    Place,
    add_partitions,
    as_rows,
    matches,
    places_of,
    spec_of,
    values_of,
)
from dbt.adapters.sparksession.schema_types import Atom, Field

DAY, HOUR = Field("day", Atom("date")), Field("hour", Atom("int"))


@pytest.mark.parametrize(
    ("path", "spec"),
    [
        ("day=2026-06-01/hour=3", ("2026-06-01", "3")),
        ("day=a%2Fb%3D0", ("a/b=0",)),
        ("h=2026-01-01 00%3A30%3A00", ("2026-01-01 00:30:00",)),
        ("day=__HIVE_DEFAULT_PARTITION__", (None,)),
    ],
)
def test_a_partitions_path_gives_its_values(path: str, spec: tuple[str | None, ...]) -> None:
    assert spec_of(path) == spec


def test_a_partitions_path_gives_its_values_by_column() -> None:
    path = "day=2026-06-01/hour=__HIVE_DEFAULT_PARTITION__"
    assert values_of(path) == {"day": "2026-06-01", "hour": None}


def test_a_file_tells_where_its_partition_lies() -> None:
    root = "file:///tables/shop__versions.db/orders__d20261123t120100123456_ab12cd34"
    files = [f"{root}/day=a%252Fb/part-0.parquet", f"{root}/day=a%252Fb/part-1.parquet"]
    place = Place("orders__d20261123t120100123456_ab12cd34", f"{root}/day=a%2Fb")
    assert places_of(files) == {("a/b",): place}


def test_a_partition_by_two_columns_is_placed_by_both() -> None:
    root = "file:///tables/shop__versions.db/orders__d20261123t120100123456_ab12cd34"
    place = Place("orders__d20261123t120100123456_ab12cd34", f"{root}/day=1/hour=2")
    assert places_of([f"{root}/day=1/hour=2/part-0.parquet"]) == {("1", "2"): place}


def test_files_of_no_version_have_no_place() -> None:
    assert places_of(["file:///tables/plain/day=1/part-0.parquet"]) == {}


def test_conditions_compare_values_of_the_columns_types() -> None:
    assert matches([("2026-06-01", None)], [DAY, HOUR]) == (
        "((`day` <=> cast('2026-06-01' as date) and `hour` <=> cast(null as int)))"
    )
    assert matches([], [DAY]) == "false"


def test_partitions_become_rows_that_sql_can_filter() -> None:
    assert as_rows([("2026-06-01",), (None,)], [DAY]) == (
        "(values (0, cast('2026-06-01' as date)), (1, cast(null as date)))"
        " as partitions(_place, `day`)"
    )


def test_partitions_are_added_many_in_a_statement() -> None:
    places = {(str(day),): f"/d/day={day}" for day in range(450)}
    statements = list(add_partitions("t", places, [Field("day", Atom("int"))]))
    assert len(statements) == 3
    assert statements[0].splitlines()[:2] == [
        "alter table t add",
        "partition (`day` = '0') location '/d/day=0'",
    ]
