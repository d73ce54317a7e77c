"""The pointer names one bundle of a directory; the sweep spares it."""

import os

import pytest

from dmc12.online import BundleDamagedError, BundleMissingError
from dmc12.online.pointer import release, released, sweep


def test_the_released_bundle_is_the_last_one_released(tmp_path):
    for name in ("serving-a", "serving-b"):
        release(tmp_path / name, f"fingerprint of {name}")
    assert released(tmp_path) == (tmp_path / "serving-b", "fingerprint of serving-b")
    assert [path.name for path in tmp_path.iterdir()] == ["current"]


def test_without_a_pointer_there_is_no_released_bundle(tmp_path):
    with pytest.raises(BundleMissingError, match="no bundle was released here"):
        released(tmp_path)


@pytest.mark.parametrize(
    "text", ["", "serving-a", '{"bundle": "x"}', '{"bundle": "../x", "fingerprint": "y"}']
)
def test_what_is_no_pointer_is_refused(tmp_path, text):
    (tmp_path / "current").write_text(text)
    with pytest.raises(BundleDamagedError, match="current"):
        released(tmp_path)


def test_the_sweep_keeps_the_latest_of_each_name_and_the_released_one(tmp_path):
    for age, name in enumerate(["serving-e", "serving-d", "serving-c", "parity-b", "serving-a"]):
        (tmp_path / name).mkdir()
        os.utime(tmp_path / name, (1_000_000 - age, 1_000_000 - age))
    for name, moment in ((".writing-now", None), (".writing-lost", (1, 1))):
        (tmp_path / name).mkdir()
        os.utime(tmp_path / name, moment)
    release(tmp_path / "serving-a", "fingerprint")
    assert sweep(tmp_path, keep=2) == [".writing-lost", "serving-c"]
    assert {path.name for path in tmp_path.iterdir()} == {
        "current", ".writing-now", "serving-e", "serving-d", "serving-a", "parity-b",
    }  # fmt: skip
