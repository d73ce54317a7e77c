"""dbt-tests-adapter on this adapter: one Spark session and one warehouse for all its classes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from target import spark_target

from dbt.adapters.sparksession.session import close_session

pytest_plugins = ["dbt.tests.fixtures.project"]


@pytest.fixture(scope="session")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of the tables and of the metastore that all tests share."""
    return tmp_path_factory.mktemp("warehouse")


@pytest.fixture(scope="session", autouse=True)
def _one_local_spark() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("DBT_SEND_ANONYMOUS_USAGE_STATS", "false")
        for name in ("SPARK_REMOTE", "DBT_PROJECT_DIR", "DBT_TARGET_PATH"):
            environment.delenv(name, raising=False)
        yield
    close_session()


@pytest.fixture(scope="class")
def dbt_profile_target(warehouse: Path) -> dict[str, Any]:
    return spark_target(warehouse)


@pytest.fixture(scope="class")
def logs_dir(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch_class: pytest.MonkeyPatch
) -> str:
    """dbt's log of a class, away from the working tree."""
    path = str(tmp_path_factory.mktemp("dbt_logs"))
    monkeypatch_class.setenv("DBT_LOG_PATH", path)
    return path


@pytest.fixture(scope="class")
def monkeypatch_class() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patch:
        yield patch
