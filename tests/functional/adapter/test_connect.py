"""The same project over Spark Connect, on the server that the pyspark wheel carries."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest
from connect import free_port

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("grpc") is None, reason="Spark Connect needs grpcio"
)

MODEL = """
def twice(batches):
    import pyarrow as pa
    import pyarrow.compute

    for batch in batches:
        yield pa.RecordBatch.from_arrays([pa.compute.multiply(batch["x"], 2)], ["x"])


def model(dbt, session):
    from pyspark.sql import functions

    known = dbt.ref("a").where(functions.col("x") > functions.lit(0))
    return known.mapInArrow(twice, "x long")
"""


def test_a_project_with_a_python_model_runs_over_connect(make_project, connect_server) -> None:
    project = make_project(
        {
            "seeds/raw.csv": "x,t\n1,2026-01-01 00:00:00\n9007199254740993,\n",
            "models/a.sql": "select x, cast(t as string) as t from {{ ref('raw') }}",
            "models/m.py": MODEL,
            "models/all.yml": """
models:
  - name: a
    config: {materialized: table, contract: {enforced: true}}
    columns:
      - {name: x, data_type: bigint, constraints: [{type: not_null}], data_tests: [unique]}
      - {name: t, data_type: string}
  - name: m
    columns: [{name: x, data_type: bigint}]
""",
        }
    )
    environment = {**os.environ, "SPARK_REMOTE": connect_server}
    for _ in range(2):
        done = subprocess.run(
            [Path(sys.executable).parent / "dbt", "--no-use-colors", "build"],
            cwd=project,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert done.stderr == ""
        assert "WARN " not in done.stdout
    asked = subprocess.run(
        [
            sys.executable,
            "-m",
            "dbt.adapters.sparksession.query",
            "select m.x, t, timestamp'2026-01-01 00:00:00' as u from m join a on m.x = 2 * a.x"
            " order by 1",
        ],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert asked.stderr == ""
    assert asked.stdout.splitlines() == [
        "x,t,u",
        "2,2026-01-01 00:00:00,2026-01-01T00:00:00Z",
        "18014398509481986,,2026-01-01T00:00:00Z",
    ]


def test_no_server_is_one_clear_error(make_project) -> None:
    project = make_project({"models/a.sql": "select 1 as x"})
    port = free_port()
    done = subprocess.run(
        [Path(sys.executable).parent / "dbt", "--no-use-colors", "run"],
        cwd=project,
        env={**os.environ, "SPARK_REMOTE": f"sc://localhost:{port}/;token=secret"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode != 0
    assert f"No Spark Connect at sc://localhost:{port}" in done.stdout
    assert "secret" not in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
