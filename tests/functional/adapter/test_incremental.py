from __future__ import annotations

import pytest

from dbt.adapters.sparksession.session import current_session

DAYS = """
{{{{ config(materialized='incremental', incremental_strategy='{strategy}',
    partition_by='day' {more}) }}}}
{query}
"""
SOURCE = "select id, day from values {rows} as t(id, day)"
PYTHON = """
def model(dbt, session):
    dbt.config(materialized="incremental", partition_by="day",
        incremental_strategy="insert_overwrite")
    if dbt.is_incremental:
        return session.sql("select {second} as id, 'tue' as day")
    return session.sql("select 1 as id, 'mon' as day")
"""


def model(rows: str, strategy: str = "insert_overwrite", more: str = "") -> str:
    return DAYS.format(query=SOURCE.format(rows=rows), strategy=strategy, more=more)


DIVIDED = DAYS.format(
    query="select cast(1 / (id - 1) as int) as id, 'mon' as day from range(1, 2)",
    strategy="insert_overwrite",
    more="",
)


@pytest.fixture
def rows(query):
    return lambda project, columns="id, day": sorted(
        query(f"select {columns} from {project.name}.a"), key=str
    )


def files(project) -> dict[str, str]:
    """The file of each day."""
    frame = current_session().table(f"{project.name}.a")
    return dict(frame.selectExpr("day", "input_file_name()").distinct().collect())


def test_a_day_is_replaced_and_the_others_are_not_touched(make_project, run_dbt, rows) -> None:
    project = make_project(
        {"models/a.sql": model("(1, 'mon'), (2, 'tue'), (3, null), (4, 'a/b=')")}
    )
    run_dbt(project, "run")
    before = files(project)
    project.write({"models/a.sql": model("(5, 'tue'), (6, 'wed')")})
    run_dbt(project, "run")
    assert rows(project) == [(1, "mon"), (3, None), (4, "a/b="), (5, "tue"), (6, "wed")]
    after = files(project)
    assert {day for day in before if before[day] == after[day]} == {"mon", None, "a/b="}


def test_a_day_of_any_name_is_replaced(make_project, run_dbt, rows) -> None:
    project = make_project({"models/a.sql": model("(1, 'mon'), (3, null), (4, 'a/b=')")})
    run_dbt(project, "run")
    project.write({"models/a.sql": model("(5, null), (6, 'a/b=')")})
    run_dbt(project, "run")
    assert rows(project) == [(1, "mon"), (5, None), (6, "a/b=")]


def test_partitions_by_two_columns_are_replaced_one_by_one(make_project, run_dbt, query) -> None:
    text = """
{{{{ config(materialized='incremental', incremental_strategy='insert_overwrite',
    partition_by=['day', 'part']) }}}}
select id, day, part from values {0} as t(id, day, part)
"""
    project = make_project(
        {"models/a.sql": text.format("(1, 'mon', 1), (2, 'mon', 2), (3, 'tue', 1)")}
    )
    run_dbt(project, "run")
    project.write({"models/a.sql": text.format("(4, 'mon', 2), (5, 'wed', 1)")})
    run_dbt(project, "run")
    rows = sorted(query(f"select id, day, part from {project.name}.a"))
    assert rows == [(1, "mon", 1), (3, "tue", 1), (4, "mon", 2), (5, "wed", 1)]


def test_a_model_may_ask_for_its_partitions(make_project, run_dbt, query) -> None:
    text = """
{{ config(materialized='incremental', incremental_strategy='insert_overwrite',
    partition_by='day') }}
{% if is_incremental() %}
select '{{ adapter.partitions_of(this) | map(attribute="day") | sort | join(" and ") }}' as seen,
    'wed' as day
{% else %}
select 'nothing' as seen, explode(array('mon', 'a/b=')) as day
{% endif %}"""
    project = make_project({"models/a.sql": text})
    run_dbt(project, "run")
    run_dbt(project, "run")
    assert query(f"select seen from {project.name}.a where day = 'wed'") == [("a/b= and mon",)]


def test_data_stays_as_long_as_a_version_refers_to_it(make_project, run_dbt, rows, query) -> None:
    project = make_project({"models/a.sql": model("(0, 'day 0'), (99, 'old')")})
    run_dbt(project, "run")
    for day in range(1, 5):
        project.write({"models/a.sql": model(f"({day}, 'day {day}'), ({day}, 'today')")})
        run_dbt(project, "run")
    assert rows(project) == sorted(
        [(99, "old"), (4, "today"), *((day, f"day {day}") for day in range(5))], key=str
    )
    tables = {row[1] for row in query(f"show tables in {project.name}__versions") if not row[2]}
    assert len([table for table in tables if "__v" in table]) == 3  # two, and the first one's data
    run_dbt(project, "run", "--full-refresh")
    run_dbt(project, "run", "--full-refresh")
    assert rows(project) == [(4, "day 4"), (4, "today")]
    tables = {row[1] for row in query(f"show tables in {project.name}__versions") if not row[2]}
    assert len(tables) == 2


def test_append_keeps_what_lies_in_the_same_partition(make_project, run_dbt, rows) -> None:
    project = make_project({"models/a.sql": model("(1, 'mon'), (2, 'tue')", "append")})
    run_dbt(project, "run")
    before = files(project)
    project.write({"models/a.sql": model("(1, 'tue'), (3, 'tue')", "append")})
    run_dbt(project, "run")
    assert rows(project) == [(1, "mon"), (1, "tue"), (2, "tue"), (3, "tue")]
    assert files(project)["mon"] == before["mon"]


def test_an_unpartitioned_append_keeps_all_rows(make_project, run_dbt, query) -> None:
    text = "{{{{ config(materialized='incremental') }}}} select {0} as id"
    project = make_project({"models/a.sql": text.format(1)})
    run_dbt(project, "run")
    project.write({"models/a.sql": text.format(2)})
    run_dbt(project, "run")
    assert sorted(query(f"select id from {project.name}.a")) == [(1,), (2,)]


def test_predicates_remove_days_that_no_longer_have_rows(make_project, run_dbt, rows) -> None:
    project = make_project({"models/a.sql": model("(1, 'mon'), (2, 'tue'), (3, 'wed')")})
    run_dbt(project, "run")
    more = """, incremental_predicates=["day >= 'tue'"]"""
    project.write({"models/a.sql": model("(5, 'wed')", more=more)})
    run_dbt(project, "run")
    assert rows(project) == [(1, "mon"), (5, "wed")]


def test_is_incremental_and_this_see_the_published_table(make_project, run_dbt, rows) -> None:
    text = """
{{ config(materialized='incremental', incremental_strategy='insert_overwrite',
    partition_by='day') }}
{% if is_incremental() %}
select max(id) + 1 as id, 'tue' as day from {{ this }}
{% else %}
select 1 as id, 'mon' as day
{% endif %}"""
    project = make_project({"models/a.sql": text})
    for _ in range(3):
        run_dbt(project, "run")
    assert rows(project) == [(1, "mon"), (3, "tue")]


@pytest.mark.parametrize(
    ("mode", "query_columns", "expected"),
    [
        ("ignore", "id, day, 7 as extra", [(1, "mon"), (2, "tue")]),
        ("append_new_columns", "id, day, 7 as extra", [(1, "mon", None), (2, "tue", 7)]),
        ("sync_all_columns", "cast(id as string) as id, day", [("1", "mon"), ("2", "tue")]),
        ("sync_all_columns", "7 as extra, day", [("mon", None), ("tue", 7)]),
    ],
)
def test_changed_columns(make_project, run_dbt, rows, mode, query_columns, expected) -> None:
    more = f", on_schema_change='{mode}'"
    project = make_project({"models/a.sql": model("(1, 'mon')", more=more)})
    run_dbt(project, "run")
    query = SOURCE.format(rows="(2, 'tue')").replace("id, day", query_columns, 1)
    project.write(
        {"models/a.sql": DAYS.format(query=query, strategy="insert_overwrite", more=more)}
    )
    run_dbt(project, "run")
    columns = [
        c
        for c in ("id", "day", "extra")
        if c in current_session().table(f"{project.name}.a").columns
    ]
    assert rows(project, ", ".join(columns)) == expected


def test_changed_columns_that_are_to_fail_do(make_project, run_dbt, messages, rows) -> None:
    more = ", on_schema_change='fail'"
    project = make_project({"models/a.sql": model("(1, 'mon')", more=more)})
    run_dbt(project, "run")
    project.write({"models/a.sql": model("('x', 'tue')", more=more)})
    said = messages(run_dbt(project, "run", ok=False))["a"]
    assert "id: declared int, got string" in said
    assert rows(project) == [(1, "mon")]


NESTED = """
{{{{ config(materialized='incremental', incremental_strategy='insert_overwrite',
    partition_by='day', on_schema_change='{mode}') }}}}
select {pair} as pair, '{day}' as day
"""
PAIR_YML = """
models:
  - name: a
    config: {{contract: {{enforced: true}}}}
    columns:
      - {{name: pair, data_type: "{0}"}}
      - {{name: day, data_type: string}}
"""


def test_a_structs_fields_keep_their_values_when_their_order_changes(
    make_project, run_dbt, rows
) -> None:
    def project_of(pair: str, day: str) -> dict[str, str]:
        return {"models/a.sql": NESTED.format(mode="sync_all_columns", pair=pair, day=day)}

    project = make_project(project_of("struct(1 as x, 2 as y)", "mon"))
    run_dbt(project, "run")
    project.write(project_of("struct(4 as y, 3 as x)", "tue"))
    run_dbt(project, "run")
    assert rows(project, "pair.x, pair.y, day") == [(1, 2, "mon"), (3, 4, "tue")]


def test_a_contract_of_other_types_than_the_table_has_is_refused(
    make_project, run_dbt, messages, rows
) -> None:
    def project_of(pair: str, declared: str) -> dict[str, str]:
        text = NESTED.format(mode="append_new_columns", pair=pair, day="mon")
        return {"models/a.sql": text, "models/a.yml": PAIR_YML.format(declared)}

    project = make_project(project_of("struct(1 as x)", "struct<x: int>"))
    run_dbt(project, "run")
    project.write(project_of("struct(1 as x, 2 as y)", "struct<x: int, y: int>"))
    said = messages(run_dbt(project, "run", ok=False))["a"]
    assert "pair.y: missing" in said
    assert "run with --full-refresh" in said
    assert rows(project, "pair.x, day") == [(1, "mon")]


MICROBATCH = """
{{ config(materialized='incremental', incremental_strategy='microbatch', event_time='at',
    begin='2026-06-01', batch_size='hour', partition_by='day') }}
select id, at, date(at) as day from {{ ref('raw') }}
"""
RAW = """
{{{{ config(materialized='table', event_time='at') }}}}
select id, at + make_dt_interval(0, id) as at from values {rows} as t(id, at)
"""
WINDOW = ("--event-time-start", "2026-06-01", "--event-time-end", "2026-06-01 03:00:00")


def test_a_batch_replaces_its_hour_and_keeps_the_rest_of_the_day(
    make_project, run_dbt, query
) -> None:
    values = ", ".join(f"({hour}, timestamp'2026-06-01 00:00:00')" for hour in range(5))
    project = make_project({"models/raw.sql": RAW.format(rows=values), "models/a.sql": MICROBATCH})
    run_dbt(project, "run", *WINDOW)
    assert sorted(query(f"select id from {project.name}.a")) == [(0,), (1,), (2,)]
    later = ("--event-time-start", "2026-06-01 03:00:00", "--event-time-end", "2026-06-01 05:00:00")
    run_dbt(project, "run", *later)
    assert sorted(query(f"select id from {project.name}.a")) == [(0,), (1,), (2,), (3,), (4,)]
    # a corrected source: hour 1 is empty now
    fewer = ", ".join(f"({hour}, timestamp'2026-06-01 00:00:00')" for hour in (0, 2, 3, 4))
    project.write({"models/raw.sql": RAW.format(rows=fewer)})
    run_dbt(project, "run", *WINDOW)
    assert sorted(query(f"select id from {project.name}.a")) == [(0,), (2,), (3,), (4,)]


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ("incremental_strategy='merge', unique_key='id'", "merge is not supported on parquet"),
        ("incremental_strategy='insert_overwrite'", "insert_overwrite needs partition_by"),
        ("file_format='delta'", "file_format delta are not supported"),
    ],
)
def test_a_strategy_that_cannot_hold_is_refused(
    make_project, run_dbt, messages, config, said
) -> None:
    text = "{{{{ config(materialized='incremental', {0}) }}}} select 1 as id"
    project = make_project({"models/a.sql": text.format(config)})
    assert said in messages(run_dbt(project, "run", ok=False))["a"]


def test_a_python_model_may_be_incremental(make_project, run_dbt, rows) -> None:
    project = make_project({"models/a.py": PYTHON.format(second=2)})
    run_dbt(project, "run")
    run_dbt(project, "run")
    assert rows(project) == [(1, "mon"), (2, "tue")]


def test_a_python_models_not_null_holds_for_increments(
    make_project, run_dbt, messages, rows
) -> None:
    declared = """
models:
  - name: a
    columns:
      - {name: id, data_type: int, constraints: [{type: not_null}]}
      - {name: day, data_type: string}
"""
    project = make_project(
        {"models/a.py": PYTHON.format(second="nullif(2, 2)"), "models/a.yml": declared}
    )
    run_dbt(project, "run")
    assert "NOT_NULL" in messages(run_dbt(project, "run", ok=False))["a"]
    assert rows(project) == [(1, "mon")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (model("(1 / 0, 'mon')"), "FAILED_SQL_EXPRESSION_EVALUATION"),
        (DIVIDED, "DIVIDE_BY_ZERO"),
        (model("(2, 'tue')", more=", incremental_predicates=['no_day is null']"), "no_day"),
    ],
    ids=["analysed", "filled", "referred"],
)
def test_a_failed_increment_leaves_the_table_and_nothing_else(
    make_project, run_dbt, messages, rows, query, text, said
) -> None:
    project = make_project({"models/a.sql": model("(1, 'mon')")})
    run_dbt(project, "run")
    tables = query(f"show tables in {project.name}__versions")
    project.write({"models/a.sql": text})
    assert said in messages(run_dbt(project, "run", ok=False))["a"]
    assert rows(project) == [(1, "mon")]
    assert query(f"show tables in {project.name}__versions") == tables
