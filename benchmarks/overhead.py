"""Time `dbt build` of the shipped world against its own statements run straight in one session.

The statements are those of the build itself, recorded as it sends them: the code of each Python
model, the query of each insert into a table, its rows written to Parquet files, and each test's
query. They run one after another. What the build does besides (versions, buckets and partitions,
publishing, checks, the catalog, dbt's own work) is the overhead; what nodes at a time save is not
taken off. Both sides run in one warm session, in turns.

Run: python benchmarks/overhead.py [rounds] [threads]
(3 and as many nodes at a time as profiles.yml has; about ten minutes; needs Java)
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dbt.cli.main import dbtRunner

from dbt.adapters.sparksession import impl
from dbt.adapters.sparksession.connections import SessionHandle
from dbt.adapters.sparksession.session import close_session, current_session

ROOT = Path(__file__).parents[1]


Statement = Callable[[], object]


@contextmanager
def recorded(statements: list[str], work: list[Statement], folder: str) -> Iterator[None]:
    """Note what dbt sends, and of it what does the work, to be run again.

    DataFrames of Python models stay readable by name.
    """
    execute, run_python_model = SessionHandle.execute, impl.run_python_model

    def note(self: SessionHandle, sql: str, bindings: Any = None) -> None:
        bare = sql.split("*/", 1)[-1].strip()
        statements.append(bare)
        if bare.startswith("insert into "):
            query = bare.split(" by name", 1)[1]
            work.append(sql_of(f"insert overwrite directory '{folder}' using parquet {query}"))
        elif "dbt_internal_test" in bare:
            work.append(sql_of(bare))
        if "drop view if exists `dbt_frame_" not in bare:
            execute(self, sql, bindings)

    def note_model(*arguments: Any) -> Any:
        def again() -> None:
            frame, view = run_python_model(*arguments)
            frame.createOrReplaceTempView(view)

        work.append(again)
        return run_python_model(*arguments)

    SessionHandle.execute = note  # type: ignore[method-assign]
    impl.run_python_model = note_model
    try:
        yield
    finally:
        SessionHandle.execute = execute  # type: ignore[method-assign]
        impl.run_python_model = run_python_model


def sql_of(statement: str) -> Statement:
    return lambda: current_session().sql(statement).collect()


def build(threads: list[str], folder: str) -> tuple[float, list[str], list[Statement]]:
    """The seconds of all nodes of one build, what it sent, and of this what does the work."""
    statements: list[str] = []
    work: list[Statement] = []
    with recorded(statements, work, folder):
        result = dbtRunner().invoke(["--quiet", "build", *threads])
    assert result.success, result.exception
    return result.result.elapsed_time, statements, work


def replay(work: list[Statement]) -> float:
    began = time.monotonic()
    for statement in work:
        statement()
    return time.monotonic() - began


def main(rounds: int = 3, threads: int | None = None) -> None:
    os.chdir(ROOT)
    at_a_time = [] if threads is None else ["--threads", str(threads)]
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"DMC12_WAREHOUSE": folder, "DBT_TARGET_PATH": f"{folder}/target"}
        os.environ |= {"DBT_LOG_PATH": f"{folder}/logs"}
        try:
            build(at_a_time, f"{folder}/replayed")
            built, straight = [], []
            for _ in range(rounds):
                seconds, statements, work = build(at_a_time, f"{folder}/replayed")
                built.append(seconds)
                straight.append(replay(work))
                print(f"dbt build {built[-1]:.1f} s, its statements alone {straight[-1]:.1f} s")
        finally:
            close_session()
    verbs = Counter(" ".join(statement.split()[:2]).lower() for statement in statements)
    print(f"{len(statements)} statements: {dict(verbs.most_common(12))}")
    ratio = statistics.median(built) / statistics.median(straight)
    print(f"median ratio: {ratio:.2f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
