import pytest
from dbt_common.exceptions import DbtRuntimeError

from dbt.adapters.sparksession.create_table import create_table
from dbt.adapters.sparksession.schema_types import Field, parse_type

COLUMNS = [
    Field("id", parse_type("bigint"), nullable=False),
    Field("day", parse_type("date"), comment="the day's name"),
]


def test_a_plain_table_is_parquet() -> None:
    assert create_table("a.b", COLUMNS, {}) == (
        "create table a.b (\n"
        "    `id` bigint not null,\n"
        "    `day` date comment 'the day\\'s name'\n"
        ") using parquet"
    )


def test_layout_settings_become_clauses() -> None:
    config = {
        "file_format": "orc",
        "partition_by": "day",
        "clustered_by": ["id"],
        "sorted_by": "id",
        "buckets": 4,
        "compression": "zstd",
    }
    assert create_table("a.b", COLUMNS, config).splitlines()[3:] == [
        ") using orc",
        "options ('compression' = 'zstd')",
        "partitioned by (`day`)",
        "clustered by (`id`)",
        "sorted by (`id`)",
        "into 4 buckets",
    ]


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"location_root": "/x"}, "location_root is not supported"),
        ({"partition_by": ["nope"]}, "partition_by names no column of this model: nope"),
        ({"clustered_by": "id"}, "clustered_by and buckets go together"),
        ({"buckets": 3}, "clustered_by and buckets go together"),
    ],
)
def test_settings_that_cannot_hold_are_refused(config: dict, message: str) -> None:
    with pytest.raises(DbtRuntimeError, match=message):
        create_table("a.b", COLUMNS, config)
