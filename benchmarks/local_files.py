"""Inserts into many partitions by the adapter's local file system, against Hadoop's own.

    python benchmarks/local_files.py [ROUNDS [PARTITIONS]]

Hadoop's own starts a `chmod` for each file and directory, and writes `.crc` files. The sides take
turns on one Spark, after a turn of each that is not counted. Prints the seconds of each insert and
the ratio of the medians.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from turns import in_turns, spark_of_its_own

from dbt.adapters.sparksession.local_files import use_local_files


def use_hadoops_own(gateway: Any) -> None:
    """Let Java reach its machine's files as it does without the adapter."""
    hadoop = gateway.jvm.org.apache.hadoop
    hadoop.fs.FileSystem.getLocal(hadoop.conf.Configuration()).close()


SIDES: dict[str, Callable[[Any], None]] = {"ours": use_local_files, "hadoop": use_hadoops_own}


def main(rounds: int = 5, partitions: int = 200) -> None:
    """Insert in turns."""
    with spark_of_its_own() as (session, _):

        def side(name: str, use: Callable[[Any], None]) -> Callable[[int], Callable[[], Any]]:
            def prepare(turn: int) -> Callable[[], Any]:
                use(session.sparkContext._gateway)
                table = f"{name}_{turn}"
                session.sql(
                    f"create table {table} (id bigint, day int) using parquet partitioned by (day)"
                )
                rows = f"select id, id % {partitions} from range({5 * partitions})"
                return lambda: session.sql(f"insert into {table} {rows}").collect()

            return prepare

        in_turns({name: side(name, use) for name, use in SIDES.items()}, rounds)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
