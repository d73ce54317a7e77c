from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
from dbt_common.exceptions import DbtRuntimeError

from dbt.adapters.sparksession.publisher import Publisher
from dbt.adapters.sparksession.session import current_session

NAMES = "show tables in {}__versions"


@pytest.fixture
def versions(query):
    return lambda project: sorted(row[1] for row in query(NAMES.format(project.name)) if not row[2])


TABLE = "{{{{ config(materialized='table') }}}} select {0} as x"


def test_a_rebuild_serves_the_new_rows_and_keeps_two_versions(
    make_project, run_dbt, query, versions
) -> None:
    project = make_project({"models/a.sql": TABLE.format(1)})
    schema = project.name
    built = []
    for value in (1, 2, 3):
        project.write({"models/a.sql": TABLE.format(value)})
        run_dbt(project, "run")
        assert query(f"select * from {schema}.a") == [(value,)]
        built.append(versions(project)[-1])
    assert versions(project) == built[1:]


def test_keep_versions_is_a_models_choice_too(make_project, run_dbt, versions) -> None:
    text = "{{ config(materialized='table', keep_versions=3) }} select 1 as x"
    project = make_project({"models/a.sql": text})
    for _ in range(4):
        run_dbt(project, "run")
    assert len(versions(project)) == 3


def test_keep_versions_is_a_number(make_project, run_dbt, messages) -> None:
    text = "{{ config(materialized='table', keep_versions='two') }} select 1 as x"
    project = make_project({"models/a.sql": text})
    assert "keep_versions is 'two'" in messages(run_dbt(project, "run", ok=False))["a"]


def test_a_version_that_is_served_stays_though_publishing_it_has_failed(
    make_project, run_dbt, query, monkeypatch
) -> None:
    project = make_project({"models/a.sql": TABLE.format(1)})
    run_dbt(project, "run")
    project.write({"models/a.sql": TABLE.format(2)})
    serve = Publisher.serve

    def serve_and_lose_the_connection(*arguments) -> None:
        serve(*arguments)
        raise DbtRuntimeError("the connection is lost")

    with monkeypatch.context() as patch:
        patch.setattr(Publisher, "serve", serve_and_lose_the_connection)
        run_dbt(project, "run", ok=False)
    assert query(f"select * from {project.name}.a") == [(2,)]
    run_dbt(project, "run")
    assert query(f"select * from {project.name}.a") == [(2,)]


def test_the_version_that_served_when_the_run_began_stays_to_its_end(
    make_project, run_dbt, versions
) -> None:
    text = "{{ config(materialized='table', keep_versions=1) }} select 1 as x"
    project = make_project({"models/a.sql": text})
    run_dbt(project, "run")
    served = versions(project)
    run_dbt(project, "run")
    assert set(served) < set(versions(project))


def test_a_failed_rebuild_leaves_the_old_rows_and_no_version(
    messages, make_project, run_dbt, query, versions
) -> None:
    project = make_project({"models/a.sql": TABLE.format(1)})
    run_dbt(project, "run")
    before = versions(project)
    project.write({"models/a.sql": TABLE.format("1 / id") + " from range(2)"})
    result = run_dbt(project, "run", ok=False)
    assert "[DIVIDE_BY_ZERO]" in messages(result)["a"]
    assert "\tat " not in messages(result)["a"]
    assert query(f"select * from {project.name}.a") == [(1,)]
    assert versions(project) == before


def test_what_a_killed_build_left_is_swept_by_the_next(
    make_project, run_dbt, query, versions
) -> None:
    project = make_project({"models/a.sql": TABLE.format(1)})
    run_dbt(project, "run")
    (served,) = versions(project)
    orphan = "a__v20991231t235959000000_deadbeef"
    bystander = "a__vip"
    for name in (orphan, bystander):
        query(f"create table {project.name}__versions.{name} (x int) using parquet")
    run_dbt(project, "run")
    left = versions(project)
    assert orphan not in left
    assert {served, bystander} < set(left)


def test_a_plain_table_in_the_way_is_replaced(make_project, run_dbt, query) -> None:
    project = make_project({"models/a.sql": TABLE.format(1)})
    run_dbt(project, "run")
    schema = project.name
    query(f"drop view {schema}.a")
    query(f"create table {schema}.a (old string) using parquet")
    run_dbt(project, "run")
    assert query(f"select x from {schema}.a") == [(1,)]


def test_a_reader_never_misses_the_table(make_project, run_dbt, query) -> None:
    project = make_project({"models/a.sql": TABLE.format(1)})
    run_dbt(project, "run")
    reader = current_session().newSession()
    seen: list[object] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            try:
                seen.append(reader.sql(f"select max(x) from {project.name}.a").first()[0])
            except Exception as exc:  # noqa: BLE001  what the reader saw is the evidence
                seen.append(exc)
            time.sleep(0.05)

    thread = threading.Thread(target=read)
    thread.start()
    try:
        for value in (2, 3):
            project.write({"models/a.sql": TABLE.format(value)})
            run_dbt(project, "run")
    finally:
        done.set()
        thread.join()
    assert set(seen) <= {1, 2, 3}, seen
    assert seen == sorted(seen)
    assert len(set(seen)) > 1  # it did read while versions changed


def test_a_table_may_become_a_view_or_incremental_and_a_table_again(
    make_project, run_dbt, query, versions
) -> None:
    project = make_project({"models/a.sql": TABLE.format(1), "models/b.sql": TABLE.format(1)})
    run_dbt(project, "run")
    project.write(
        {
            "models/a.sql": "select 2 as x",
            "models/b.sql": "{{ config(materialized='incremental') }} select 2 as x",
        },
    )
    run_dbt(project, "run")
    run_dbt(project, "run")
    assert [name for name in versions(project) if name.startswith("a__")] == []
    assert query(f"select * from {project.name}.a") == [(2,)]
    assert sorted(query(f"select * from {project.name}.b")) == [(1,), (2,), (2,)]
    project.write({"models/b.sql": TABLE.format(3)})
    run_dbt(project, "run")
    assert query(f"select * from {project.name}.b") == [(3,)]


def test_a_schema_goes_with_its_versions(make_project, run_dbt, query) -> None:
    drop = """
    {% macro drop_all() %}
        {% do adapter.drop_schema(api.Relation.create(schema=target.schema)) %}
    {% endmacro %}"""
    project = make_project({"models/a.sql": TABLE.format(1), "macros/drop_all.sql": drop})
    run_dbt(project, "run")
    run_dbt(project, "run-operation", "drop_all")
    left = {row[0] for row in query("show databases")}
    assert not left & {project.name, f"{project.name}__versions"}


def test_layout_and_comments_are_kept(make_project, run_dbt, query) -> None:
    project = make_project(
        {
            "models/a.sql": (
                "{{ config(materialized='table', partition_by='p', clustered_by='x', buckets=2,"
                " compression='zstd', persist_docs={'relation': true, 'columns': true}) }}"
                " select 'k' as p, 1 as x"
            ),
            "models/a.yml": (
                'models: [{name: a, description: "it\'s a \\\\", '
                "columns: [{name: x, description: \"the 'x'\"}]}]"
            ),
        }
    )
    for _ in range(2):
        run_dbt(project, "run")
        schema = project.name
        rows = {row[0]: row for row in query(f"describe extended {schema}.a")}
        assert rows["Comment"][1] == "it's a \\"
        assert rows["x"][2] == "the 'x'"
    (version, *_) = [row[1] for row in query(NAMES.format(schema))]
    rows = {row[0]: row[1] for row in query(f"describe extended {schema}__versions.{version}")}
    assert rows["Num Buckets"] == "2"
    assert rows["# Partition Information"] == ""
    assert query(f"select x, p from {schema}.a where p = 'k'") == [(1, "k")]


def test_dbts_own_features_see_the_published_table(make_project, run_dbt, capfd) -> None:
    project = make_project(
        {
            "models/a.sql": (
                "{{ config(materialized='table') }}"
                " select 1L as id, array(named_struct('f', 1.5D)) as items"
            ),
            "models/b.sql": (
                "{{ config(materialized='table') }}"
                " select id + 1 as id, items[0].f as f from {{ ref('a') }}"
            ),
            "models/all.yml": """
models:
  - name: a
    config: {contract: {enforced: true}}
    columns:
      - {name: id, data_type: bigint, constraints: [{type: not_null}], data_tests: [unique]}
      - {name: items, data_type: "array<struct<f: double not null>>"}
unit_tests:
  - name: adds_one
    model: b
    given:
      - input: ref('a')
        format: sql
        rows: select 4L as id, array(named_struct('f', 2D)) as items
    expect: {rows: [{id: 5, f: 2.0}]}
""",
        }
    )
    run_dbt(project, "build")
    catalog = run_dbt(project, "docs", "generate").result
    (columns,) = [node.columns for name, node in catalog.nodes.items() if name.endswith(".a")]
    assert columns["items"].type == "array<struct<f:double>>"
    capfd.readouterr()
    run_dbt(project, "show", "--select", "a", "--output", "json")
    assert '[{"f": 1.5}]' in capfd.readouterr().out.replace('\\"', '"')


def test_a_failed_contract_names_each_difference(messages, make_project, run_dbt) -> None:
    project = make_project(
        {
            "models/a.sql": TABLE.format("named_struct('f', 1D)"),
            "models/a.yml": """
models:
  - name: a
    config: {contract: {enforced: true}}
    columns: [{name: x, data_type: "struct<f: float>"}, {name: y, data_type: int}]
""",
        }
    )
    said = messages(run_dbt(project, "run", ok=False))["a"]
    assert "x.f: declared float, got double" in said
    assert "y: missing" in said


def test_a_null_where_the_contract_says_not_null_is_refused(
    messages, make_project, run_dbt, query
) -> None:
    declared = """
models:
  - name: a
    config: {contract: {enforced: true}}
    columns: [{name: x, data_type: "array<struct<f: double not null>>"}]
"""
    good = "array(named_struct('f', 1D))"
    project = make_project({"models/a.sql": TABLE.format(good), "models/a.yml": declared})
    run_dbt(project, "run")
    project.write({"models/a.sql": TABLE.format("array(named_struct('f', cast(null as double)))")})
    said = messages(run_dbt(project, "run", ok=False))["a"]
    assert "[NOT_NULL_ASSERT_VIOLATION]" in said
    assert "Scala" not in said
    assert query(f"select x[0].f from {project.name}.a") == [(1.0,)]


LISTED = ("run-operation", "list_versions", "--args", "{name: a}")


def test_versions_are_listed_rolled_back_and_swept(
    make_project, run_dbt, query, versions, capfd
) -> None:
    project = make_project({"models/a.sql": TABLE.format(1), "models/gone.sql": TABLE.format(9)})
    run_dbt(project, "run")
    project.write({"models/a.sql": TABLE.format(2)})
    run_dbt(project, "run", "--select", "a")
    old, new, gone = versions(project)
    query(f"create table {project.name}__versions.a__v20991231t235959000000_deadbeef (x int)")
    query(f"drop view {project.name}.gone")
    capfd.readouterr()
    run_dbt(project, *LISTED)
    lines = [line for line in capfd.readouterr().out.splitlines() if line.startswith("a__v")]
    assert [line.split()[0] for line in lines[:2]] == [old, new]
    assert lines[1].endswith("1 rows  served")
    assert lines[2].endswith("not complete")

    run_dbt(project, "run-operation", "rollback_version", "--args", "{name: a}")
    assert query(f"select * from {project.name}.a") == [(1,)]
    run_dbt(project, "run-operation", "rollback_version", "--args", f"{{name: a, version: {new}}}")
    assert query(f"select * from {project.name}.a") == [(2,)]
    for wrong in ("a__v20991231t235959000000_deadbeef", "a__v1"):
        run_dbt(
            project, "run-operation", "rollback_version", "--args",
            f"{{name: a, version: {wrong}}}", ok=False,
        )  # fmt: skip

    run_dbt(project, "run-operation", "sweep_versions", "--args", "{dry_run: true}")
    assert gone in versions(project)
    run_dbt(project, "run-operation", "sweep_versions", "--args", "{keep: 1}")
    assert versions(project) == [new]


def test_a_directory_that_no_table_has_is_removed_by_the_next_build(
    make_project, run_dbt, query
) -> None:
    project = make_project({"models/a.sql": TABLE.format(1)})
    run_dbt(project, "run")
    (database,) = [
        row[1]
        for row in query(f"describe database {project.name}__versions")
        if row[0] == "Location"
    ]
    folder = Path(database.removeprefix("file:"))
    stray = folder / "a__v20200101t000000000000_deadbeef"
    bystander = folder / "notes"
    for one in (stray, bystander):
        one.mkdir()
        (one / "part-0.parquet").write_text("half")
    run_dbt(project, "run")
    assert not stray.exists()
    assert bystander.exists()


def test_a_temporary_view_of_the_name_is_not_taken_for_the_table(
    make_project, run_dbt, query
) -> None:
    project = make_project({"models/namesake.sql": TABLE.format(1)})
    query("create temporary view namesake as select 0 as x")
    run_dbt(project, "run")
    assert query(f"select * from {project.name}.namesake") == [(1,)]
    query("drop view namesake")
