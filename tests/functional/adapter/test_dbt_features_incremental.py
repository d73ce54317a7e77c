"""Incremental strategies on Parquet: by partition, by batch, and a refusal of merges."""

from __future__ import annotations

BY_DAY = """
{{ config(materialized='incremental', incremental_strategy='insert_overwrite',
          partition_by='day') }}
select * from values {{ var('rows') }} as t(id, day)
"""
EVENTS = """
{{ config(materialized='table', event_time='at') }}
select id, timestamp'2026-03-01 00:30:00' + make_interval(0, 0, 0, 0, cast(id as int)) as at
from range(72)
"""
BATCHES = """
{{ config(materialized='incremental', incremental_strategy='microbatch', event_time='at',
          batch_size='day', begin='2026-03-01', partition_by='day') }}
select id, at, cast(at as date) as day from {{ ref('events') }}
"""
MERGE = """
{{ config(materialized='incremental', incremental_strategy='merge', unique_key='id') }}
select 1 as id
"""


def test_insert_overwrite_replaces_the_days_it_has_and_no_other(
    make_project, run_dbt, query
) -> None:
    project = make_project({"models/a.sql": BY_DAY})
    for rows in ("(1, 'mon'), (2, 'tue')", "(3, 'tue'), (4, 'tue')"):
        run_dbt(project, "run", "--vars", f'{{rows: "{rows}"}}')
    rows = query(f"select id, day from {project.name}.a order by id")
    assert rows == [(1, "mon"), (3, "tue"), (4, "tue")]


def test_microbatch_keeps_every_row_and_replaces_its_batch(make_project, run_dbt, query) -> None:
    project = make_project({"models/events.sql": EVENTS, "models/a.sql": BATCHES})
    until = ("--event-time-start", "2026-03-01", "--event-time-end", "2026-03-04")
    for _ in range(2):
        run_dbt(project, "run", *until)
        counts = query(f"select day, count(*) from {project.name}.a group by day order by day")
        assert [count for _, count in counts] == [24, 24, 24]


def test_merge_is_refused_before_anything_is_built(make_project, run_dbt, messages, query) -> None:
    project = make_project({"models/a.sql": MERGE})
    said = messages(run_dbt(project, "run", ok=False))["a"]
    assert "merge" in said
    assert "insert_overwrite" in said
    assert query(f"show tables in {project.name} like 'a'") == []
