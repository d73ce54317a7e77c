"""The Spark settings that a profile amounts to."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dbt.adapters.sparksession.credentials import SparksessionCredentials
from dbt.adapters.sparksession.java import JAVA_COMPILERS, class_archive_option

# Settings of the SQL session: they hold locally, on a cluster and over Spark Connect.
SQL_SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    # `describe` cuts a struct type after so many fields, and dbt reads types by `describe`
    "spark.sql.debug.maxToStringFields": "10000",
    # a `not null` column or nested field is refused at write
    "spark.sql.fileSource.insert.enforceNotNull": "true",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    # HotSpot never compiles a longer method: Spark's operators one by one are faster then
    "spark.sql.codegen.hugeMethodLimit": "8000",
    # it would make an array twice more to filter those without elements before they are exploded
    "spark.sql.optimizer.excludedRules": (
        "org.apache.spark.sql.catalyst.optimizer.InferFiltersFromGenerate"
    ),
    # errors are shown by dbt in a line or two; the JVM's stack goes to the log
    "spark.sql.pyspark.jvmStacktrace.enabled": "false",
}
# A partition of a local table costs more than it brings.
LOCAL_SETTINGS = {
    "spark.sql.shuffle.partitions": "4",
    "spark.default.parallelism": str(os.cpu_count() or 1),
    # the directories of many partitions are listed sooner here than by a Spark task each
    "spark.sql.sources.parallelPartitionDiscovery.threshold": "10000",
    # on a laptop the host's own name may not resolve, or may lead to the network
    "spark.driver.host": "localhost",
    "spark.driver.bindAddress": "127.0.0.1",
}
STATIC_SETTINGS = {
    "spark.sql.catalogImplementation": "hive",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    # how long a Python worker of a cancelled job may go on: Spark's 2s are half of our patience
    "spark.python.task.killTimeout": "500ms",
}
# Hive would ask for each new directory's group and mode by a process, to pass them on.
OWN_METASTORE_SETTINGS = {"spark.hadoop.hive.warehouse.subdir.inherit.perms": "false"}
METASTORE_KEYS = ("spark.hadoop.hive.metastore.uris", "spark.hadoop.javax.jdo.option.ConnectionURL")
JAVA_OPTIONS = "spark.driver.extraJavaOptions"
LOCAL_JAVA_OPTIONS = "-XX:+UseParallelGC"


def remote_url(credentials: SparksessionCredentials) -> str | None:
    """The Spark Connect server to use, or None: SPARK_REMOTE, or a master that begins `sc://`."""
    if remote := os.environ.get("SPARK_REMOTE"):
        return remote
    return credentials.master if credentials.master.startswith("sc://") else None


def user_settings(config: Mapping[str, Any]) -> dict[str, str]:
    """The profile's `config` as Spark wants it: text, with `true` and `false` in lower case."""
    return {
        key: str(value).lower() if isinstance(value, bool) else str(value)
        for key, value in config.items()
    }


def sql_settings(credentials: SparksessionCredentials) -> dict[str, str]:
    """The settings that a running session can still take, the profile's own last."""
    given = {
        key: value
        for key, value in user_settings(credentials.config).items()
        if key.startswith("spark.sql.")
    }
    return {**SQL_SETTINGS, **given}


def launch_settings(credentials: SparksessionCredentials) -> dict[str, str]:
    """All settings for a Spark that this process launches, the profile's own last."""
    local = credentials.master.startswith("local")
    settings = {
        "spark.app.name": "dbt",
        "spark.master": credentials.master,
        "spark.sql.warehouse.dir": str(Path(credentials.warehouse) / "tables"),
        **STATIC_SETTINGS,
        **SQL_SETTINGS,
    }
    if local:
        settings |= LOCAL_SETTINGS
    if credentials.memory:
        settings["spark.driver.memory"] = credentials.memory
    given = user_settings(credentials.config)
    options = ["-Duser.timezone=UTC"]
    compiler = JAVA_COMPILERS[credentials.java_compiler]
    tuning = f"{compiler} {LOCAL_JAVA_OPTIONS} {class_archive_option()}" if local else ""
    metastore = derby_metastore(credentials)
    if metastore is not None:
        settings[METASTORE_KEYS[1]] = f"jdbc:derby:;databaseName={metastore};create=true"
        options.append(f'"-Dderby.stream.error.file={metastore.parent / "derby.log"}"')
        settings |= OWN_METASTORE_SETTINGS
    settings[JAVA_OPTIONS] = " ".join([*options, given.pop(JAVA_OPTIONS, tuning)]).strip()
    return {**settings, **given}


def derby_metastore(credentials: SparksessionCredentials) -> Path | None:
    """The directory of the adapter's own Derby metastore; None where the user chose another one.

    Another one is chosen by a metastore setting in `config`, or by a `hive-site.xml` in
    $SPARK_CONF_DIR or $HIVE_CONF_DIR.
    """
    if remote_url(credentials) or any(key in credentials.config for key in METASTORE_KEYS):
        return None
    if credentials.config.get("spark.sql.catalogImplementation") == "in-memory":
        return None
    for variable in ("SPARK_CONF_DIR", "HIVE_CONF_DIR"):
        folder = os.environ.get(variable)
        if folder and (Path(folder) / "hive-site.xml").exists():
            return None
    return Path(credentials.warehouse) / "metastore_db"
