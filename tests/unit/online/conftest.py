"""One bundle of a made-up world for all tests that only read it."""

import shutil
from pathlib import Path
from typing import Any

import fabricated
import pyarrow as pa
import pytest

from dmc12.encoders.state import State
from dmc12.online import Bundle, load

TITLES, ITEMS, PLAYS = 60, 40, 30


@pytest.fixture(scope="session")
def tables() -> dict[str, pa.Table]:
    return fabricated.tables(TITLES)


@pytest.fixture(scope="session")
def state(tables: dict[str, pa.Table]) -> State:
    return State.from_tables(**tables)


@pytest.fixture(scope="session")
def batch() -> pa.RecordBatch:
    return fabricated.contexts(40, TITLES, ITEMS, PLAYS)


@pytest.fixture(scope="session")
def registry(
    state: State, batch: pa.RecordBatch, tmp_path_factory: pytest.TempPathFactory
) -> list[dict[str, Any]]:
    return fabricated.registry(state, batch, tmp_path_factory.mktemp("registry"))


@pytest.fixture(scope="session")
def written(
    tables: dict[str, pa.Table],
    registry: list[dict[str, Any]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    root = tmp_path_factory.mktemp("bundles")
    return fabricated.write_bundle(root, "parity", fabricated.DAYS, tables, registry)[0]


@pytest.fixture(scope="session")
def bundle(written: Path) -> Bundle:
    return load(written)


@pytest.fixture
def copy(written: Path, tmp_path: Path) -> Path:
    """A copy of the bundle, to be damaged."""
    return Path(shutil.copytree(written, tmp_path / "copy"))
