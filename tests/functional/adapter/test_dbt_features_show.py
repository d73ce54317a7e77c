"""`dbt show` and `dbt compile`: rows and SQL on the console."""

from __future__ import annotations

import json

import pytest

MODEL = "select id, array(named_struct('f', id * 1.5D)) as items from range(9)"


@pytest.fixture
def project(make_project):
    return make_project({"models/a.sql": MODEL})


def test_show_prints_the_rows_of_a_model_that_is_not_built(project, run_dbt, capfd) -> None:
    run_dbt(project, "show", "-s", "a", "--limit", "2", "--output", "json", "--quiet")
    shown = json.loads(capfd.readouterr().out)["show"]
    assert [row["id"] for row in shown] == [0, 1]
    assert json.loads(shown[1]["items"]) == [{"f": 1.5}]


def test_show_runs_a_query_over_refs(project, run_dbt, capfd) -> None:
    run_dbt(project, "run")
    capfd.readouterr()
    query = "select max(id) as top from {{ ref('a') }}"
    run_dbt(project, "show", "--inline", query, "--output", "json", "--quiet")
    assert json.loads(capfd.readouterr().out)["show"] == [{"top": 8}]


def test_compile_prints_the_sql_with_names_filled_in(project, run_dbt, capfd) -> None:
    run_dbt(project, "compile", "--inline", "select * from {{ ref('a') }}", "--quiet")
    assert capfd.readouterr().out.strip() == f"select * from {project.name}.a"
