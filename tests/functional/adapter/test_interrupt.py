"""Ctrl-C and SIGTERM: dbt ends within seconds, in order, and leaves no process behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

SQL = """
{{ config(materialized='table') }}
select sum(hash(a.id, b.id)) as x
from range(1000000) as a cross join range(1000000) as b
"""
LOOP = """
import time
from pathlib import Path


def loop():
    Path("started").touch()
    while True:
        time.sleep(0.01)


def model(dbt, session):
    return loop()
"""
# one call that Python cannot break off
STUCK = LOOP.replace("time.sleep(0.01)", "time.sleep(100)")
WORKER = """
import time
from pathlib import Path


def stall(batches):
    Path({flag!r}).touch()
    for batch in batches:
        time.sleep(100)
        yield batch


def model(dbt, session):
    return session.range(4).mapInArrow(stall, "id long")
"""
INT, TERM = [signal.SIGINT], [signal.SIGTERM]
CASES = {
    "sql-1": (1, "m.sql", SQL, INT),
    "stuck-1": (1, "m.py", STUCK, INT),
    "worker-2": (2, "m.py", WORKER, INT),
    "starting-2": (2, None, "select 1 as x", INT),
}
MORE_CASES = {
    "sql-2-term": (2, "m.sql", SQL, TERM),
    "loop-2": (2, "m.py", LOOP, INT),
    "stuck-2-twice": (2, "m.py", STUCK, INT * 2),
    "worker-1-term": (1, "m.py", WORKER, TERM),
}


def processes_of(group: int) -> list[str]:
    """The command lines of a session's processes that still live, zombies aside."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, _, session = stat.read_text().rpartition(")")[2].split()[:4]
            if int(session) == group and state != "Z":
                found.append((stat.parent / "cmdline").read_text())
        except OSError:
            continue
    return found


@pytest.mark.parametrize(
    "case", [*CASES, *(pytest.param(case, marks=pytest.mark.long) for case in MORE_CASES)]
)
def test_an_interrupt_ends_dbt_in_order(case, make_project) -> None:
    threads, file, code, signals = (CASES | MORE_CASES)[case]
    profile = {"warehouse": "warehouse", "threads": threads}
    project = make_project({}, profile=profile)
    flag = project.root / "started"
    project.write({f"models/{file or 'm.sql'}": code.replace("{flag!r}", repr(str(flag)))})
    log = project.root / "logs" / "dbt.log"
    done = {
        "m.sql": lambda: log.exists() and "insert into" in log.read_text(),
        "m.py": flag.exists,
        None: lambda: log.exists() and "Starting Spark" in log.read_text(),
    }[file]

    with (project.root / "out").open("w") as out, (project.root / "err").open("w") as err:
        dbt = subprocess.Popen(
            [Path(sys.executable).parent / "dbt", "--no-use-colors", "run"],
            cwd=project,
            stdout=out,
            stderr=err,
            start_new_session=True,
        )
        deadline = time.monotonic() + 120
        while not done() and dbt.poll() is None and time.monotonic() < deadline:
            time.sleep(0.1)
        assert done()
        time.sleep(1)
        begun = time.monotonic()
        for number in signals:
            os.kill(dbt.pid, number)
            time.sleep(0.3)
        code = dbt.wait(timeout=60)
    took = time.monotonic() - begun
    said = (project.root / "out").read_text() + (project.root / "err").read_text()

    assert code == 2, said
    assert took < 6, said
    for noise in ("Traceback", "Warning", "KeyboardInterrupt", "\tat ", "Exception"):
        assert noise not in said, said
    # the JVM is told to go by its closed stdin, or is killed; its workers follow it
    deadline = time.monotonic() + 5
    while processes_of(dbt.pid) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert processes_of(dbt.pid) == []
    print(f"{case}: {took:.1f} s\n{said}")  # noqa: T201
