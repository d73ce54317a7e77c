"""The Spark Connect server is killed while a build runs, and comes back."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

from connect import serving
from shop import ROWS, Shop, served


def kill_server(folder: Path) -> None:
    found = subprocess.run(["pgrep", "-f", f"{folder}/tables"], capture_output=True, check=True)
    for pid in found.stdout.split():
        os.kill(int(pid), signal.SIGKILL)


def test_a_lost_connect_server_fails_the_build_and_nothing_is_lost(tmp_path: Path) -> None:
    server, shop = tmp_path / "server", Shop(tmp_path / "shop")
    server.mkdir()
    with serving(server) as url:
        shop.remote(url)
        shop.build(1)
        process = shop.start(2, rows=3_000_000)
        log = tmp_path / "shop" / "logs" / "dbt.log"
        seen = len(log.read_text())
        while "START" not in log.read_text()[seen:]:
            time.sleep(0.2)
        kill_server(server)
    began = time.monotonic()
    said = process.communicate(timeout=600)[0]
    took = time.monotonic() - began
    assert process.returncode != 0, said
    assert "\tat " not in said
    with serving(server) as url:
        shop.remote(url)
        before = served(shop.build(3))
        assert before["scored"] == (1, 1, ROWS)
    remedy = next(line.strip() for line in said.splitlines() if "The Spark Connect server" in line)
    print(f"\nthe build ended {took:.0f} s after the server; it said: {remedy}")
