from pathlib import Path
from typing import Any

import pytest
from dbt_common.exceptions import DbtRuntimeError

from dbt.adapters.sparksession.credentials import SparksessionCredentials
from dbt.adapters.sparksession.settings import (
    derby_metastore,
    launch_settings,
    remote_url,
    sql_settings,
)


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SPARK_REMOTE", "SPARK_CONF_DIR", "HIVE_CONF_DIR"):
        monkeypatch.delenv(name, raising=False)


def credentials(**keys: object) -> SparksessionCredentials:
    return SparksessionCredentials.from_dict({"schema": "shop", **keys})


def test_a_schema_is_enough() -> None:
    assert credentials().type == "sparksession"


def test_an_unknown_key_is_named() -> None:
    with pytest.raises(DbtRuntimeError, match="unknown profile key warehose; known are schema"):
        credentials(warehose="x")


def test_at_least_one_version_is_kept() -> None:
    with pytest.raises(DbtRuntimeError, match="keep_versions must be 1 or more"):
        credentials(keep_versions=0)


def test_secrets_of_the_config_are_not_shown() -> None:
    shown = dict(credentials(config={"spark.authenticate.secret": "s3"}).connection_info())
    assert "s3" not in str(shown)


def test_directories_are_relative_to_the_project(tmp_path: Path) -> None:
    given = credentials(warehouse="w", logs="/var/l")
    given.anchor(tmp_path)
    assert (given.warehouse, given.logs) == (str(tmp_path / "w"), "/var/l")


def test_ansi_and_utc_are_on_and_the_profile_goes_last() -> None:
    settings = launch_settings(credentials(memory="3g", config={"spark.sql.ansi.enabled": False}))
    assert settings["spark.sql.session.timeZone"] == "UTC"
    assert settings["spark.sql.ansi.enabled"] == "false"
    assert settings["spark.driver.memory"] == "3g"
    assert sql_settings(credentials())["spark.sql.ansi.enabled"] == "true"


def test_java_options_are_added_to_not_replaced() -> None:
    settings = launch_settings(credentials(config={"spark.driver.extraJavaOptions": "-Xss4m"}))
    assert settings["spark.driver.extraJavaOptions"].startswith("-Duser.timezone=UTC")
    assert settings["spark.driver.extraJavaOptions"].endswith("-Xss4m")


def test_the_java_compiler_is_chosen_for_a_local_spark() -> None:
    def options(**profile: Any) -> str:
        return launch_settings(credentials(**profile))["spark.driver.extraJavaOptions"]

    assert "-XX:TieredStopAtLevel=1" in options(java_compiler="quick")
    assert "-XX:TieredStopAtLevel=1" not in options()
    assert "-XX:" not in options(java_compiler="quick", master="spark://host:7077")
    with pytest.raises(DbtRuntimeError, match="java_compiler must be quick or full, not c1"):
        credentials(java_compiler="c1")


def test_a_cluster_is_left_its_own_parallelism() -> None:
    settings = launch_settings(credentials(master="spark://host:7077"))
    assert "spark.sql.shuffle.partitions" not in settings
    assert "spark.driver.host" not in settings


def test_the_derby_metastore_is_left_where_another_is_chosen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert derby_metastore(credentials(warehouse="/w")) == Path("/w/metastore_db")
    chosen = {"spark.hadoop.hive.metastore.uris": "thrift://h:9083"}
    assert derby_metastore(credentials(config=chosen)) is None
    (tmp_path / "hive-site.xml").touch()
    monkeypatch.setenv("SPARK_CONF_DIR", str(tmp_path))
    assert derby_metastore(credentials()) is None


def test_spark_connect_is_chosen_by_the_environment_or_the_master(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert remote_url(credentials()) is None
    assert remote_url(credentials(master="sc://h:1")) == "sc://h:1"
    monkeypatch.setenv("SPARK_REMOTE", "sc://env:2")
    assert remote_url(credentials(master="sc://h:1")) == "sc://env:2"
