"""A reader in another process polls a table while it is rebuilt 20 times."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

from metastore import metastore
from shop import ROWS, Shop

REBUILDS = 20
READER = """
import sys
from pyspark.sql import SparkSession

session = (
    SparkSession.builder.master("local[1]")
    .config("spark.hadoop.hive.metastore.uris", sys.argv[1])
    .config("spark.ui.enabled", "false")
    .enableHiveSupport()
    .getOrCreate()
)
session.sparkContext.setLogLevel("OFF")
while True:
    for table in ("sales", "sales_by_round"):
        try:
            seen = session.sql(f"select max(round), count(*) from shop.{table}").first()
            print(table, *seen, flush=True)
        except Exception as exc:
            print("error", type(exc).__name__, str(exc).splitlines()[0], flush=True)
"""


def test_a_reader_elsewhere_sees_whole_tables_only(tmp_path: Path) -> None:
    with metastore(tmp_path) as uri:
        shop = Shop(
            tmp_path / "shop",
            warehouse=str(tmp_path),
            config={"spark.hadoop.hive.metastore.uris": uri},
        )
        shop.build(0)
        seen = tmp_path / "seen.txt"
        with seen.open("w") as output:
            reader = subprocess.Popen(
                [sys.executable, "-c", READER, uri], stdout=output, stderr=subprocess.DEVNULL
            )
            try:
                for round_ in range(1, REBUILDS + 1):
                    shop.build(round_)
            finally:
                reader.kill()
                reader.wait()
    lines = [line.split() for line in seen.read_text().splitlines()]
    errors = [line for line in lines if line[0] == "error"]
    assert errors == []
    sales = [(int(line[1]), int(line[2])) for line in lines if line[0] == "sales"]
    assert {rows for _, rows in sales} == {ROWS}
    assert [round_ for round_, _ in sales] == sorted(round_ for round_, _ in sales)
    assert len({round_ for round_, _ in sales}) > REBUILDS / 2  # it did read meanwhile
    by_round = {int(line[2]) for line in lines if line[0] == "sales_by_round"}
    assert {rows % ROWS for rows in by_round} == {0}
    print(f"\n{Counter(line[0] for line in lines)} reads, {len(errors)} errors, "
          f"{len({round_ for round_, _ in sales})} versions seen")  # fmt: skip
