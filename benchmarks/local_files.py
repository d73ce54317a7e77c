"""Inserts into many partitions by the adapter's local file system, against Hadoop's own.

    python benchmarks/local_files.py [ROUNDS [PARTITIONS]]

Hadoop's own starts a `chmod` for each file and directory, and writes `.crc` files. The sides take
turns on one Spark, after a turn of each that is not counted. Prints the seconds of each insert and
the ratio of the medians.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

from dbt.adapters.sparksession.credentials import SparksessionCredentials
from dbt.adapters.sparksession.local_files import use_local_files
from dbt.adapters.sparksession.session import close_session, open_session


def use_hadoops_own(gateway: Any) -> None:
    """Let Java reach its machine's files as it does without the adapter."""
    hadoop = gateway.jvm.org.apache.hadoop
    hadoop.fs.FileSystem.getLocal(hadoop.conf.Configuration()).close()


SIDES: dict[str, Callable[[Any], None]] = {"ours": use_local_files, "hadoop": use_hadoops_own}


def main(rounds: int = 5, partitions: int = 200) -> None:
    """Insert in turns."""
    found: dict[str, list[float]] = {side: [] for side in SIDES}
    with tempfile.TemporaryDirectory() as folder:
        session = open_session(
            SparksessionCredentials(
                schema="default", database=None, warehouse=f"{folder}/warehouse", logs=folder
            )
        )
        try:
            for turn in range(rounds + 1):
                for side, use in SIDES.items():
                    use(session.sparkContext._gateway)
                    table = f"{side}_{turn}"
                    session.sql(
                        f"create table {table} (id bigint, day int) using parquet "
                        "partitioned by (day)"
                    )
                    begun = time.perf_counter()
                    session.sql(
                        f"insert into {table} select id, id % {partitions} "
                        f"from range({5 * partitions})"
                    )
                    if turn:
                        found[side].append(time.perf_counter() - begun)
                        print(f"round {turn}, {side}: {found[side][-1]:.1f} s", flush=True)
        finally:
            close_session()
    medians = {side: statistics.median(seconds) for side, seconds in found.items()}
    ratio = medians["hadoop"] / medians["ours"]
    print(f"ours {medians['ours']:.1f} s, hadoop {medians['hadoop']:.1f} s: {ratio:.2f} times")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
