"""The metastore service is killed while a build runs, and comes back."""

from __future__ import annotations

import time
from pathlib import Path

from connect import free_port
from metastore import metastore
from shop import ROWS, Shop, served


def test_a_lost_metastore_fails_the_build_and_nothing_is_lost(tmp_path: Path) -> None:
    port = free_port()
    uri = f"thrift://127.0.0.1:{port}"
    shop = Shop(
        tmp_path / "shop",
        warehouse=str(tmp_path),
        config={
            "spark.hadoop.hive.metastore.uris": uri,
            "spark.hadoop.hive.metastore.client.connect.retry.delay": "1s",
        },
    )
    with metastore(tmp_path, port):
        shop.build(1)
        process = shop.start(2, rows=3_000_000)
        marker = tmp_path / "shop" / "logs" / "dbt.log"
        seen = len(marker.read_text())
        while "START" not in marker.read_text()[seen:]:
            time.sleep(0.2)
    began = time.monotonic()
    said = process.communicate(timeout=600)[0]
    took = time.monotonic() - began
    assert process.returncode != 0, said
    assert "\tat " not in said
    with metastore(tmp_path, port):
        before = served(shop.build(3))
        assert before["scored"] == (1, 1, ROWS)
    (remedy, *_) = [line.strip() for line in said.splitlines() if f"127.0.0.1:{port}" in line]
    print(f"\nthe build ended {took:.0f} s after the metastore; it said: {remedy}")
