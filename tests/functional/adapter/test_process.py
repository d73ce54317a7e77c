"""dbt as its users run it: a process of its own, from start to end or to `kill -9`."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")

SLOW = """
import time
from pathlib import Path


def stall(batches):
    for batch in batches:
        Path({flag!r}).touch()
        time.sleep(120)
        yield batch


def model(dbt, session):
    return session.range(5).mapInArrow(stall, "id long")
"""
FAST = "def model(dbt, session):\n    return session.range({0})\n"
DBT_LINE = re.compile(r"\d\d:\d\d:\d\d  ?.*")


def start(project: Any, *command: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command,
        cwd=project,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def dbt(project: Any, *arguments: str) -> subprocess.Popen[str]:
    return start(project, str(Path(sys.executable).parent / "dbt"), "--no-use-colors", *arguments)


def test_spark_that_started_for_a_project_that_does_not_parse_is_ended(make_project) -> None:
    project = make_project(
        {"models/m.sql": "select {{ 1 as x"},
        profile={"warehouse": "warehouse"},
    )
    for started in (1, 2):  # for a metastore that is still to be made, and for one that is there
        failed = dbt(project, "run")
        out, err = failed.communicate(timeout=300)
        assert failed.returncode == 2
        assert "models/m.sql" in out
        assert err == ""
        assert (project.root / "logs" / "dbt.log").read_text().count("Starting Spark") == started

    # no Java holds the metastore, which is whole
    project.write({"models/m.sql": "select 1 as x"})
    mended = dbt(project, "run")
    out, err = mended.communicate(timeout=300)
    assert mended.returncode == 0, out + err


def test_a_build_killed_half_way_costs_nothing(make_project) -> None:
    project = make_project(
        {"models/m.py": FAST.format(1), "models/m.yml": "models: [{name: m}]"},
        profile={"warehouse": "warehouse"},
    )
    flag = project.root / "started"
    tables = project.root / "warehouse" / "tables" / f"{project.name}__versions.db"

    # a first run: dbt's own lines only, nothing on stderr, and the metastore is free at the end
    first = dbt(project, "run")
    out, err = first.communicate(timeout=300)
    assert first.returncode == 0, out + err
    assert err == ""
    assert all(DBT_LINE.fullmatch(line) for line in out.splitlines() if line), out
    assert "WARN" not in out.replace("WARN=0", "")
    assert (project.root / "logs" / "spark.log").stat().st_size > 0
    (served,) = tables.iterdir()

    # a second one, killed with its JVM while it writes
    project.write({"models/m.py": SLOW.format(flag=str(flag))})
    second = dbt(project, "run")
    deadline = time.monotonic() + 300
    while not flag.exists() and second.poll() is None and time.monotonic() < deadline:
        time.sleep(0.2)
    assert flag.exists()
    os.killpg(second.pid, signal.SIGKILL)
    second.communicate()
    assert len(list(tables.iterdir())) == 2

    # the query command still reads the old version, and prints CSV and nothing else
    asked = start(
        project,
        sys.executable,
        "-m",
        "dbt.adapters.sparksession.query",
        "select id, cast(null as string) as n, 'a,b' as s, array(1, 2) as l from m",
    )
    out, err = asked.communicate(timeout=300)
    assert (asked.returncode, err) == (0, "")
    assert out == 'id,n,s,l\n0,,"a,b","[1,2]"\n'

    # and the next build just works, and clears what the killed one left
    project.write({"models/m.py": FAST.format(3)})
    third = dbt(project, "run")
    out, err = third.communicate(timeout=300)
    assert third.returncode == 0, out + err
    names = sorted(path.name for path in tables.iterdir())
    assert len(names) == 2
    assert names[0] == served.name
