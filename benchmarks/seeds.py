"""Time a seed loaded by `type: sparksession` against dbt-spark's way, a literal per value.

Run: python benchmarks/seeds.py [rows]      (2,000 by default; about a minute; needs Java)
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from dbt.adapters.sparksession.create_table import create_table
from dbt.adapters.sparksession.credentials import SparksessionCredentials
from dbt.adapters.sparksession.csv_file import read_csv
from dbt.adapters.sparksession.seed_columns import column_fields, type_columns
from dbt.adapters.sparksession.session import close_session, open_session

TYPES = {"id": "bigint", "name": "string", "strength": "double", "played_at": "timestamp"}


def write_seed(path: Path, rows: int) -> None:
    with path.open("w") as stream:
        stream.write(",".join(TYPES) + "\n")
        for row in range(rows):
            stream.write(f"{row},name {row},{row / 7},2026-01-01 00:{row % 60:02}:00\n")


def ours(session, path: Path, table: str) -> float:
    begun = time.perf_counter()
    typed = type_columns(read_csv(path, path.name), TYPES, path.name)
    session.sql(create_table(table, column_fields(typed, TYPES), {}))
    session.createDataFrame(typed).createOrReplaceTempView("seed_frame")
    session.sql(f"insert into {table} by name select * from seed_frame")
    return time.perf_counter() - begun


def literals(session, path: Path, table: str) -> float:
    """What dbt-spark's `load_csv_rows` sends: one insert whose values are casts of literals."""
    begun = time.perf_counter()
    columns = ", ".join(f"{name} {kind}" for name, kind in TYPES.items())
    session.sql(f"create table {table} ({columns}) using parquet")
    rows = [
        "(" + ", ".join(f"cast('{row[name]}' as {kind})" for name, kind in TYPES.items()) + ")"
        for row in read_csv(path, path.name).to_pylist()
    ]
    session.sql(f"insert into {table} values {', '.join(rows)}")
    return time.perf_counter() - begun


def main(rows: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        credentials = SparksessionCredentials.from_dict({"schema": "default", "memory": "2g"})
        credentials.anchor(Path(folder))
        session = open_session(credentials)
        write_seed(Path(folder) / "warm.csv", 10)
        ours(session, Path(folder) / "warm.csv", "warm")
        for count in (rows, 20_000):
            write_seed(Path(folder) / f"{count}.csv", count)
        fast = ours(session, Path(folder) / f"{rows}.csv", "ours")
        slow = literals(session, Path(folder) / f"{rows}.csv", "literals")
        same = session.sql("select * from ours except select * from literals").count() == 0
        large = ours(session, Path(folder) / "20000.csv", "large")
        print(
            f"{rows:,} rows: sparksession {fast:.2f} s, row literals {slow:.2f} s, "
            f"ratio {slow / fast:.0f}; same rows: {same}"
        )
        print(f"20,000 rows: sparksession {large:.2f} s")
        close_session()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000)
