"""Parquet without dictionaries, by zstd, against Spark's defaults: features and scores as built.

    make build && python benchmarks/encodings.py [ROUNDS]     (5 by default)

Each side writes what `make build` has made of dmc12_featurized and dmc12_scored, and scans what it
wrote; alternately, after a round that warms up.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from pyspark.sql import SparkSession

ROOT = Path(__file__).parents[1]
TABLES = ("dmc12_featurized", "dmc12_scored")
SIDES = {
    "snappy": {},
    "zstd": {"compression": "zstd"},
    "snappy, plain": {"parquet.enable.dictionary": "false"},
    "zstd, plain": {"parquet.enable.dictionary": "false", "compression": "zstd"},
}


def seconds(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def files_of(table: str) -> str:
    """Return the directory of the table's newest version."""
    found = sorted((ROOT / "warehouse" / "tables" / "dmc12__versions.db").glob(f"{table}__v*"))
    if not found:
        sys.exit(f"{table} is not built: run make build first")
    return str(found[-1])


def compare(spark: SparkSession, table: str, rounds: int, folder: Path) -> None:
    """Print each side's times, its size, and how they compare with the first side's."""
    built = spark.read.parquet(files_of(table)).cache()
    built.count()
    taken = defaultdict(list)
    for round_ in range(rounds + 1):
        for side, options in SIDES.items():
            to = str(folder / side)
            write = seconds(
                lambda to=to, options=options: (
                    built.write.mode("overwrite").options(**options).parquet(to)
                )
            )
            scan = seconds(
                lambda to=to: spark.read.parquet(to).write.format("noop").mode("overwrite").save()
            )
            if round_:
                taken[side].append((write, scan))
    first: tuple[float, float, float] | None = None
    for side, times in taken.items():
        size = sum(one.stat().st_size for one in (folder / side).glob("*.parquet")) / 1e6
        write, scan = (statistics.median(one) for one in zip(*times, strict=True))
        first = first or (write, scan, size)
        print(
            f"{table:17} {side:14}"
            f" write {write:5.2f} s ({write / first[0]:.2f})"
            f" scan {scan:5.2f} s ({scan / first[1]:.2f})"
            f" {size:5.1f} MB ({size / first[2]:.2f})"
        )


def main(rounds: int = 5) -> None:
    spark = (
        SparkSession.builder.master("local[2]")
        .config("spark.driver.memory", "4g")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.parquet.columnarReaderBatchSize", "64")
        .getOrCreate()
    )
    with tempfile.TemporaryDirectory() as folder:
        for table in TABLES:
            compare(spark, table, rounds, Path(folder))
    spark.stop()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
