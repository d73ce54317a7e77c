"""`--empty` and `--sample`: the same tables, with no rows or with the last ones."""

from __future__ import annotations

import pytest

FACTS = """
{{ config(materialized='table', event_time='at') }}
select 1 as id, timestamp'2026-03-01 10:00:00' as at, array(named_struct('f', 1.5D)) as items
union all
select 2, timestamp'2026-03-02 10:00:00', array(named_struct('f', 2.5D))
"""
COPY = "{{ config(materialized='table') }} select id, items from {{ ref('facts') }}"


@pytest.fixture
def project(make_project):
    return make_project({"models/facts.sql": FACTS, "models/copy.sql": COPY})


def test_empty_builds_every_table_without_a_row(project, run_dbt, query) -> None:
    run_dbt(project, "run")
    types = query(f"describe {project.name}.copy")
    assert query(f"select count(*) from {project.name}.copy") == [(2,)]
    run_dbt(project, "run", "--empty", "--select", "copy")
    assert query(f"select count(*) from {project.name}.copy") == [(0,)]
    assert query(f"describe {project.name}.copy") == types


def test_sample_reads_the_rows_within_the_window(project, run_dbt, query) -> None:
    window = "{'start': '2026-03-02', 'end': '2026-03-03'}"
    run_dbt(project, "run", f"--sample={window}")
    assert query(f"select id from {project.name}.copy") == [(2,)]
    assert query(f"select count(*) from {project.name}.facts") == [(2,)]
