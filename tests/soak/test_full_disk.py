"""A warehouse on a file system of 60 MB that fills up."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from shop import ROWS, Shop, served


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=60m", "tmpfs", disk], check=False)
    if mounted.returncode:
        pytest.skip("mounting a tmpfs needs root")
    yield disk
    subprocess.run(["umount", "-l", disk], check=True)


def free_bytes(disk: Path) -> int:
    return shutil.disk_usage(disk).free


@pytest.mark.parametrize("left", [0, 6_000_000], ids=["none for the metastore", "some for it"])
def test_a_full_disk_is_named_and_leaves_the_last_good_tables(
    tmp_path: Path, small_disk: Path, left: int
) -> None:
    shop = Shop(tmp_path / "shop", warehouse=str(small_disk))
    shop.build(1)
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"0" * max(free_bytes(small_disk) - left, 0))
    said = shop.build(2, ok=False, rows=3_000_000)
    assert f"The disk of {small_disk}" in said
    assert "\tat " not in said
    ballast.unlink()
    before = served(shop.build(3))
    assert before["scored"] == (1, 1, ROWS)
    print("\n" + next(line.strip() for line in said.splitlines() if "The disk of" in line))
