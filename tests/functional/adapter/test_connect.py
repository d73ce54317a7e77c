"""The same project over Spark Connect, on the server that the pyspark wheel carries."""

from __future__ import annotations

import importlib.util
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pyspark
import pytest

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
    return dbt.ref("a").mapInArrow(twice, "x long")
"""


def free_port() -> int:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return int(server.getsockname()[1])


@pytest.fixture(scope="module")
def connect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Connect server bound to this machine alone; its url."""
    folder = tmp_path_factory.mktemp("connect")
    port = free_port()
    settings = {
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.connect.grpc.binding.port": port,
        "spark.sql.warehouse.dir": folder / "tables",
        "spark.sql.catalogImplementation": "hive",
        "spark.hadoop.javax.jdo.option.ConnectionURL": (
            f"jdbc:derby:;databaseName={folder}/metastore_db;create=true"
        ),
        "spark.ui.enabled": "false",
        "spark.driver.host": "localhost",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.session.timeZone": "America/Los_Angeles",
    }
    home = Path(pyspark.__file__).parent
    command = [home / "bin" / "spark-submit", "--master", "local[2]", "--driver-memory", "1g"]
    for key, value in settings.items():
        command += ["--conf", f"{key}={value}"]
    command += ["--class", "org.apache.spark.sql.connect.service.SparkConnectServer"]
    command += ["spark-internal"]
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(
            list(map(str, command)),
            cwd=folder,
            env={**os.environ, "PYSPARK_PYTHON": sys.executable},
            stdout=log,
            stderr=log,
        )
        try:
            deadline = time.monotonic() + 120
            while time.monotonic() < deadline:
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.5)
            yield f"sc://localhost:{port}"
        finally:
            server.terminate()
            server.wait(timeout=30)


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
