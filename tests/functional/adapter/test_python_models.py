from __future__ import annotations

import pytest

RETURNS = {
    "spark": "session.range(2).withColumnRenamed('id', 'x')",
    "pandas": "__import__('pandas').DataFrame({'x': [0, 1]})",
    "arrow": "__import__('pyarrow').table({'x': [0, 1]})",
}


@pytest.mark.parametrize("kind", sorted(RETURNS))
def test_every_kind_of_frame_becomes_a_table(make_project, run_dbt, query, kind) -> None:
    project = make_project(
        {"models/m.py": f"def model(dbt, session):\n    return {RETURNS[kind]}\n"}
    )
    run_dbt(project, "run")
    assert query(f"select x from {project.name}.m order by x") == [(0,), (1,)]


def test_refs_vars_and_this_reach_the_model(make_project, run_dbt, query) -> None:
    model = """
def model(dbt, session):
    knobs = dbt.vars
    return dbt.ref("a").selectExpr(
        "x", f"'{knobs['scoped']}-{knobs['plain']}-{knobs['given']}-{dbt.this.identifier}' as said"
    )
"""
    files = {"models/a.sql": "select 7 as x", "models/m.py": model}
    project = make_project(files)
    name = project.name
    settings = f"\nvars:\n  plain: p\n  given: no\n  {name}: {{scoped: s}}\n"
    with (project.root / "dbt_project.yml").open("a") as stream:
        stream.write(settings)
    run_dbt(project, "run", "--vars", "given: cli")
    assert query(f"select * from {name}.m") == [(7, "s-p-cli-m")]


BROKEN = {
    "below": (
        '\n\nimport json\n\n\ndef model(dbt, session):\n    return json.loads("{")\n',
        ["JSONDecodeError: Expecting property name", "models/m.py:7 in model", "json/decoder.py"],
    ),
    "worker": (
        """
def fail(batches):
    for batch in batches:
        raise ValueError("feature x is not finite")
        yield batch


def model(dbt, session):
    return session.range(2).mapInArrow(fail, "id long")
""",
        ["ValueError: feature x is not finite", "models/m.py:4 in fail"],
    ),
    "analysis": (
        "def model(dbt, session):\n    return session.range(1).select('nope')\n",
        ["[UNRESOLVED_COLUMN.WITH_SUGGESTION]", "models/m.py:2 in model"],
    ),
    "nothing": (
        "def model(dbt, session):\n    return None\n",
        ["m.py returned None; it must return a Spark DataFrame, a pandas DataFrame"],
    ),
}


@pytest.mark.parametrize("kind", sorted(BROKEN))
def test_a_failing_model_shows_the_users_own_line(messages, make_project, run_dbt, kind) -> None:
    code, expected = BROKEN[kind]
    said = messages(run_dbt(make_project({"models/m.py": code}), "run", ok=False))["m"]
    for part in expected:
        assert part in said
    for noise in ("python_model.py", "pyspark/", "\tat ", "JVM stacktrace"):
        assert noise not in said


def test_declared_types_are_checked_before_anything_is_published(
    messages, make_project, run_dbt, query
) -> None:
    project = make_project(
        {
            "models/m.py": """
def model(dbt, session):
    return session.sql(
        "select array(named_struct('a', 1D, 'x', 1, 'features', named_struct('f2', 1D))) as items"
    )
""",
            "models/m.yml": """
models:
  - name: m
    columns:
      - name: items
        data_type: "array<struct<a: double, weight: double, features: struct<f2: float>>>"
""",
        }
    )
    said = messages(run_dbt(project, "run", ok=False))["m"]
    assert "items[].features.f2: declared float, got double" in said
    assert "items[].weight: missing" in said
    assert "items[].x: not declared" in said
    # a temporary view of another test shows up in every database
    assert [row for row in query(f"show tables in {project.name}") if not row[2]] == []


def test_declared_columns_give_the_order_and_the_not_nulls(make_project, run_dbt, query) -> None:
    project = make_project(
        {
            "models/m.py": (
                "def model(dbt, session):\n    return session.sql('select 1 as b, 2L as a')\n"
            ),
            "models/m.yml": (
                "models: [{name: m, columns: [{name: a, data_type: long}, {name: b}]}]"
            ),
        }
    )
    run_dbt(project, "run")
    assert query(f"select * from {project.name}.m") == [(2, 1)]


def test_jinja_calls_a_function_and_shows_only_its_message(make_project, run_dbt) -> None:
    project = make_project(
        {"models/a.sql": "select {{ adapter.call('json:loads', var('knob')) }} as x"}
    )
    run_dbt(project, "run", "--vars", "knob: '12'")
    failed = run_dbt(project, "parse", "--no-partial-parse", "--vars", "knob: '{'", ok=False)
    assert "Expecting property name enclosed in double quotes" in str(failed.exception)
    assert "Traceback" not in str(failed.exception)


def test_a_python_model_can_be_incremental(make_project, run_dbt, query) -> None:
    project = make_project(
        {
            "models/m.py": """
def model(dbt, session):
    dbt.config(materialized="incremental", incremental_strategy="append")
    return session.sql(f"select {1 if dbt.is_incremental else 0} as x")
"""
        }
    )
    run_dbt(project, "run")
    run_dbt(project, "run")
    assert query(f"select x from {project.name}.m order by x") == [(0,), (1,)]
