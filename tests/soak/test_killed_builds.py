"""Builds killed at random moments, by `kill -9` of dbt and Spark, each followed by a whole one."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections import Counter
from pathlib import Path

from shop import ROWS, Shop, served

BUILDS = int(os.environ.get("SOAK_BUILDS", "30"))


def test_killed_builds_leave_the_last_good_tables_and_the_next_build_works(tmp_path: Path) -> None:
    chance = random.Random(12)
    shop = Shop(tmp_path)
    began = time.monotonic()
    shop.build(0)
    whole = time.monotonic() - began
    found = Counter()
    for round_ in range(1, BUILDS + 1):
        process = shop.start(round_)
        moment = chance.uniform(0.1, 1.0) * whole
        try:
            process.wait(timeout=moment)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            found["killed"] += 1
        process.communicate()
        before = served(shop.build(round_))
        assert set(before) == {"sales", "scored", "sales_by_note", "sales_by_round"}
        for table in ("sales", "scored"):
            low, high, rows = before[table]
            assert low == high, (round_, before)
            assert high in (round_ - 1, round_), (round_, before)
            assert rows == ROWS
            found[f"{'new' if high == round_ else 'old'} {table} served"] += 1
        days = min(round_, 7) * ROWS, min(round_ + 1, 7) * ROWS
        assert before["sales_by_round"][2] in days, (round_, before)
    by_day = "select day, min(round), max(round), count(*) from shop.sales_by_round group by day"
    rounds = shop.query(by_day)
    newest = {round_ % 7: round_ for round_ in range(BUILDS + 1)}
    assert sorted(rounds) == sorted(f"{day},{r},{r},{ROWS}" for day, r in newest.items())
    versions = tmp_path / "warehouse" / "tables" / "shop__versions.db"
    print(f"\n{BUILDS} builds, one undisturbed takes {whole:.0f} s; {dict(found)}")
    print(f"{len(list(versions.iterdir()))} version directories left")
