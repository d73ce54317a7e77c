from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from connect import free_port

TABLE = "{{ config(materialized='table') }}\n\n"
BODY = "select\n    1 as a,\n    "
CASES = {
    "analysis": (TABLE + BODY + "nope as b\n", 5, "nope as b"),
    "syntax": (TABLE + "select\n    1 as a\nfrm b c\n", 5, "frm b c"),
    "runtime": (TABLE + BODY + "cast(s as int) as b\nfrom values ('x') as t(s)\n", 5, "cast(s as"),
    "view": (BODY + "nope as b\n", 3, "nope as b"),
    "contract": (
        "{{ config(materialized='table', contract={'enforced': true}) }}\n\n"
        "select\n    1 div id as a\nfrom range(3)\n",
        4,
        "1 div id as a",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_the_compiled_files_line_is_shown(case, messages, make_project, run_dbt) -> None:
    code, line, text = CASES[case]
    yaml = "models: [{name: m, columns: [{name: a, data_type: bigint}]}]"
    project = make_project({"models/m.sql": code, "models/m.yml": yaml})
    said = messages(run_dbt(project, "run", ok=False))["m"]
    place = f"target/compiled/{project.name}/models/m.sql"
    assert f"{place}:{line}\n" in said
    assert text in (project.root / place).read_text().splitlines()[line - 1]
    assert text in said
    for noise in ("== SQL", " pos ", "position", "\tat "):
        assert noise not in said


def test_a_test_shows_its_own_line(messages, make_project, run_dbt) -> None:
    project = make_project(
        {
            "models/m.sql": "select 0 as a",
            "tests/t.sql": "-- why\nselect *\nfrom {{ ref('m') }}\nwhere 1 / a > 1\n",
        }
    )
    said = messages(run_dbt(project, "build", ok=False))["t"]
    assert f"target/compiled/{project.name}/tests/t.sql:4\n      where 1 / a > 1" in said


def test_a_damaged_file_names_its_table(messages, make_project, run_dbt, warehouse: Path) -> None:
    project = make_project(
        {"models/a.sql": TABLE + "select 1 as x", "models/b.sql": TABLE + "select * from a"}
    )
    run_dbt(project, "run", "--select", "a")
    (part,) = (warehouse / "tables" / f"{project.name}__versions.db").glob("a__v*/*.parquet")
    part.write_bytes(part.read_bytes()[:100])
    project.write({"models/b.sql": TABLE + "select * from {{ ref('a') }}"})
    said = messages(run_dbt(project, "run", "--select", "b", ok=False))["b"]
    assert f"A file of the table {project.name}.a is damaged" in said


def test_a_metastore_that_is_not_there_is_told_at_once(make_project) -> None:
    port = free_port()
    project = make_project(
        {"models/a.sql": "select 1 as x"},
        profile={
            "warehouse": "w",
            "config": {
                "spark.hadoop.javax.jdo.option.ConnectionURL": (
                    f"jdbc:postgresql://u:secret@localhost:{port}/m"
                )
            },
        },
    )
    begun = time.monotonic()
    done = subprocess.run(
        [Path(sys.executable).parent / "dbt", "--no-use-colors", "run"],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    # a slow machine takes half a minute to start dbt; Spark itself would try for minutes
    assert time.monotonic() - begun < 90
    assert done.returncode != 0
    assert f"The metastore cannot be reached at localhost:{port} (connection ref" in done.stdout
    assert "secret" not in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
