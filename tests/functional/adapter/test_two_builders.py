"""Two dbt processes on one metastore."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from metastore import metastore

HELD = """
import time
from pathlib import Path

def model(dbt, session):
    dbt.config(materialized="table")
    Path(dbt.config.get("mark")).touch()
    while Path(dbt.config.get("hold")).exists():
        time.sleep(0.1)
    return session.sql("select {value} as x")
"""


@pytest.fixture(scope="module")
def uri(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with metastore(tmp_path_factory.mktemp("metastore")) as uri:
        yield uri


class Builder:
    """One dbt project on the shared metastore; each run is a process of its own."""

    def __init__(self, folder: Path, uri: str, schema: str, lock_timeout: int) -> None:
        self.folder = folder
        self.mark = folder / "building"
        self.hold = folder / "hold"
        self.log = folder / "logs" / "dbt.log"
        output = {
            "type": "sparksession",
            "schema": schema,
            "memory": "1g",
            "java_compiler": "quick",
            "warehouse": str(folder.parent / "warehouse"),
            "lock_timeout": lock_timeout,
            "config": {"spark.hadoop.hive.metastore.uris": uri},
        }
        profiles = {"shop": {"target": "t", "outputs": {"t": output}}}
        (folder / "models").mkdir(parents=True)
        (folder / "profiles.yml").write_text(json.dumps(profiles))
        models = {"shop": {"+mark": str(self.mark), "+hold": str(self.hold)}}
        project = {"name": "shop", "version": "1.0.0", "profile": "shop", "models": models}
        (folder / "dbt_project.yml").write_text(json.dumps(project))

    def start(self, value: int, held: bool = False) -> subprocess.Popen[str]:
        """Build a table of one value; a held build goes on when `hold` is unlinked."""
        (self.folder / "models" / "a.py").write_text(HELD.format(value=value))
        self.mark.unlink(missing_ok=True)
        if held:
            self.hold.touch()
        dbt = Path(sys.executable).parent / "dbt"
        return subprocess.Popen(
            [str(dbt), "run", "--project-dir", ".", "--profiles-dir", "."],
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "NO_COLOR": "1"},
            start_new_session=True,
        )

    def wait_until_building(self) -> None:
        self._wait(self.mark.exists)

    def wait_until_told(self, text: str) -> None:
        self._wait(lambda: self.log.exists() and text in self.log.read_text())

    def _wait(self, done: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 300
        while not done():
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.2)


def rows(builder: Builder, sql: str) -> list[str]:
    command = [sys.executable, "-m", "dbt.adapters.sparksession.query", sql]
    done = subprocess.run(command, cwd=builder.folder, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()[1:]


def value_served(builder: Builder) -> str:
    return rows(builder, "select x from shop_s.a")[0]


def test_of_two_builders_one_waits_or_is_told_and_a_dead_one_blocks_nobody(
    tmp_path: Path, uri: str
) -> None:
    first = Builder(tmp_path / "first", uri, "shop_s", lock_timeout=0)
    patient = Builder(tmp_path / "patient", uri, "shop_s", lock_timeout=300)
    hasty = Builder(tmp_path / "hasty", uri, "shop_s", lock_timeout=0)

    slow = first.start(1, held=True)
    first.wait_until_building()
    waits, fails = patient.start(2), hasty.start(3)
    said = fails.communicate(timeout=300)[0]
    assert fails.returncode != 0
    assert f"Schema shop_s is being built by process {slow.pid} on" in said
    assert "Traceback" not in said
    patient.wait_until_told(f"Waiting for process {slow.pid} on")
    first.hold.unlink()
    assert slow.wait(timeout=300) == 0, slow.communicate()[0]
    said = waits.communicate(timeout=300)[0]
    assert waits.returncode == 0, said
    assert f"Waiting for process {slow.pid} on" in said
    assert "Taking over" not in said  # the first has given its lock back
    assert value_served(first) == "2"

    killed = first.start(4, held=True)
    first.wait_until_building()
    os.killpg(killed.pid, signal.SIGKILL)
    killed.wait()
    said = hasty.start(5).communicate(timeout=300)[0]
    assert f"Taking over shop_s from process {killed.pid}" in said
    assert value_served(first) == "5"
    assert rows(first, "show views in shop_s__versions") == []
