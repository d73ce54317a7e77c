"""Grants: nothing is done, and that is said once a run."""

from __future__ import annotations

MODEL = "{{{{ config(materialized='{0}', grants={{'select': ['ann', 'bob']}}) }}}} select 1 as x"


def test_grants_are_not_applied_and_it_is_said_once(make_project, run_dbt, query, capfd) -> None:
    project = make_project(
        {
            "models/a.sql": MODEL.format("table"),
            "models/b.sql": MODEL.format("view"),
            "models/c.sql": MODEL.format("incremental"),
            "seeds/s.csv": "id\n1\n",
        },
        seeds={"+grants": {"select": ["ann"]}},
    )
    for _ in range(2):
        capfd.readouterr()
        run_dbt(project, "build")
        assert capfd.readouterr().out.count("grants are not applied") == 1
    assert query(f"select x from {project.name}.a") == [(1,)]


def test_without_grants_nothing_is_said(make_project, run_dbt, capfd) -> None:
    run_dbt(make_project({"models/a.sql": "select 1 as x"}), "run")
    assert "grants are not applied" not in capfd.readouterr().out
