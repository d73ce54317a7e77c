"""Time `dbt build` of the shipped world against its own statements run straight in one session.

The statements are those of the build itself, recorded as it sends them: the query of each insert
into a table, its rows written to Parquet files, and each test's query. What the build does besides
(versions, buckets and partitions, publishing, checks, the catalog, dbt's own work) is the overhead.
Both sides run on one thread of dbt, in one warm session, in turns.

Run: python benchmarks/overhead.py [rounds]      (3 by default; about ten minutes; needs Java)
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dbt.cli.main import dbtRunner

from dbt.adapters.sparksession.connections import SessionHandle
from dbt.adapters.sparksession.session import close_session, current_session

ROOT = Path(__file__).parents[1]


@contextmanager
def recorded() -> Iterator[list[str]]:
    """Note every statement that dbt sends; DataFrames of Python models stay readable by name."""
    statements: list[str] = []
    execute = SessionHandle.execute

    def note(self: SessionHandle, sql: str, bindings: Any = None) -> None:
        statements.append(sql.strip())
        if "drop view if exists `dbt_frame_" not in sql:
            execute(self, sql, bindings)

    SessionHandle.execute = note  # type: ignore[method-assign]
    try:
        yield statements
    finally:
        SessionHandle.execute = execute  # type: ignore[method-assign]


def build() -> tuple[float, list[str]]:
    """The seconds of all nodes of one build, and the statements that it sent."""
    with recorded() as statements:
        result = dbtRunner().invoke(["--quiet", "build", "--threads", "1"])
    assert result.success, result.exception
    return result.result.elapsed_time, statements


def main_ones(statements: list[str], folder: str) -> list[str]:
    """The statements that do the work: inserts, into a folder instead, and the tests' queries."""
    bare = [statement.split("*/", 1)[-1].strip() for statement in statements]
    inserts = [
        f"insert overwrite directory '{folder}' using parquet {statement.split(' by name', 1)[1]}"
        for statement in bare
        if statement.startswith("insert into ")
    ]
    tests = [statement for statement in bare if "dbt_internal_test" in statement]
    return [*inserts, *tests]


def replay(statements: list[str]) -> float:
    began = time.monotonic()
    for statement in statements:
        current_session().sql(statement).collect()
    return time.monotonic() - began


def main(rounds: int) -> None:
    os.chdir(ROOT)
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"DMC12_WAREHOUSE": folder, "DBT_TARGET_PATH": f"{folder}/target"}
        os.environ |= {"DBT_LOG_PATH": f"{folder}/logs"}
        try:
            build()
            built, straight = [], []
            for _ in range(rounds):
                seconds, statements = build()
                built.append(seconds)
                straight.append(replay(main_ones(statements, f"{folder}/replayed")))
                print(f"dbt build {built[-1]:.1f} s, its statements alone {straight[-1]:.1f} s")
        finally:
            close_session()
    verbs = Counter(
        " ".join(statement.split("*/", 1)[-1].split()[:2]).lower() for statement in statements
    )
    print(f"{len(statements)} statements: {dict(verbs.most_common(12))}")
    ratio = statistics.median(built) / statistics.median(straight)
    print(f"median ratio: {ratio:.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
