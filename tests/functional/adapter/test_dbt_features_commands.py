"""The commands that touch no table, or all of them."""

from __future__ import annotations

import pytest

SOURCES = """
sources:
  - name: facts
    schema: "{{ target.schema }}"
    loaded_at_field: at
    freshness: {warn_after: {count: 1, period: hour}, error_after: {count: 2, period: day}}
    tables: [{name: fresh}, {name: late}, {name: stale}]
"""
AGED = (
    "{{{{ config(materialized='table') }}}} select current_timestamp() - interval {0} hours as at"
)


def test_debug_finds_all_well(make_project, run_dbt, capfd) -> None:
    run_dbt(make_project({"models/a.sql": "select 1 as x"}), "debug")
    said = capfd.readouterr().out
    assert "All checks passed!" in said
    assert "ERROR" not in said


def test_list_names_the_nodes(make_project, run_dbt) -> None:
    project = make_project({"models/a.sql": "select 1 as x", "seeds/s.csv": "id\n1\n"})
    names = run_dbt(project, "list", "--output", "name").result
    assert sorted(names) == ["a", "s"]


def test_source_freshness_tells_fresh_from_late_from_stale(make_project, run_dbt) -> None:
    project = make_project(
        {
            "models/fresh.sql": AGED.format(0),
            "models/late.sql": AGED.format(3),
            "models/stale.sql": AGED.format(72),
            "models/sources.yml": SOURCES,
        }
    )
    run_dbt(project, "run")
    results = run_dbt(project, "source", "freshness", ok=False).result.results
    assert {one.node.name: str(one.status) for one in results} == {
        "fresh": "pass",
        "late": "warn",
        "stale": "error",
    }


def test_a_full_refresh_of_a_seed_takes_a_changed_header(make_project, run_dbt, query) -> None:
    project = make_project({"seeds/s.csv": "id\n1\n"})
    run_dbt(project, "seed")
    project.write({"seeds/s.csv": "name,id\nann,1\n"})
    run_dbt(project, "seed", "--full-refresh")
    assert query(f"select name, id from {project.name}.s") == [("ann", 1)]


def test_a_full_refresh_builds_an_incremental_model_anew(make_project, run_dbt, query) -> None:
    text = "{{ config(materialized='incremental') }} select 1 as x"
    project = make_project({"models/a.sql": text})
    run_dbt(project, "run")
    run_dbt(project, "run")
    assert query(f"select count(*) from {project.name}.a") == [(2,)]
    project.write({"models/a.sql": text + ", 'new' as y"})
    run_dbt(project, "run", "--full-refresh")
    assert query(f"select * from {project.name}.a") == [(1, "new")]


@pytest.mark.parametrize("kind", ["table", "view"])
def test_store_failures_keeps_the_failing_rows(make_project, run_dbt, query, kind) -> None:
    project = make_project(
        {
            "models/a.sql": "select * from values (1), (null), (null) as t(id)",
            "models/a.yml": (
                "models: [{name: a, columns: [{name: id, data_tests: [{not_null: {config: "
                f"{{store_failures_as: {kind}, alias: no_id}}}}}}]}}]}}]"
            ),
        }
    )
    for _ in range(2):
        run_dbt(project, "build", ok=False)
        assert query(f"select * from {project.name}_dbt_test__audit.no_id") == [(None,), (None,)]


def test_hooks_run_in_order_around_models_and_the_run(make_project, run_dbt, query) -> None:
    note = "insert into {schema}.log values ('{text}')"

    def hook(text: str) -> str:
        return note.format(schema="{{ target.schema }}", text=text)

    project = make_project(
        {
            "models/a.sql": "{{ config(materialized='table') }} select count(*) as n"
            " from {{ target.schema }}.log"
        },
        models={"+pre-hook": hook("pre"), "+post-hook": hook("post")},
        **{
            "on-run-start": [
                "create schema if not exists {{ target.schema }}",
                "create table {{ target.schema }}.log (said string) using parquet",
                hook("start"),
            ],
            "on-run-end": [hook("end")],
        },
    )
    run_dbt(project, "run")
    schema = project.name
    assert query(f"select n from {schema}.a") == [(2,)]
    said = sorted(row[0] for row in query(f"select said from {schema}.log"))
    assert said == ["end", "post", "pre", "start"]


def test_the_query_comment_goes_with_each_statement(make_project, run_dbt) -> None:
    project = make_project(
        {"models/a.sql": "{{ config(materialized='table') }} select 1 as x"},
        **{"query-comment": "from the {{ target.name }} target", "flags": {"log_path": "dbtlogs"}},
    )
    run_dbt(project, "run", "--log-path", str(project.root / "dbtlogs"))
    log = (project.root / "dbtlogs" / "dbt.log").read_text(encoding="utf-8")
    assert log.count("/* from the test target */") > 3
