from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from dbt.adapters.sparksession import local_files
from dbt.adapters.sparksession.java import CLASS_ARCHIVE
from dbt.adapters.sparksession.session import current_session


def dbt(project: Any, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).parent / "dbt", "--no-use-colors", *arguments],
        cwd=project,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_parsing_opens_no_spark(make_project, tmp_path: Path) -> None:
    project = make_project({"models/a.sql": "select 1 as x"}, profile={"warehouse": "w"})
    done = dbt(project, "parse", PATH=str(tmp_path), JAVA_HOME="")
    assert done.returncode == 0, done.stdout
    assert not (project.root / "w").exists()


def test_a_missing_java_is_one_clear_error(make_project, tmp_path: Path) -> None:
    project = make_project({"models/a.sql": "select 1 as x"}, profile={"warehouse": "w"})
    done = dbt(project, "run", PATH=str(tmp_path), JAVA_HOME="")
    assert done.returncode != 0
    assert done.stdout.count("apt-get install openjdk-17-jre-headless") == 1
    assert "Traceback" not in done.stdout + done.stderr


def test_a_metastore_in_use_is_told_at_once(make_project, run_dbt, warehouse: Path) -> None:
    project = make_project({"models/a.sql": "select 1 as x"})
    run_dbt(project, "run")
    begun = time.monotonic()
    done = dbt(project, "run")
    # a slow machine takes half a minute to start dbt; Spark itself would try for minutes
    assert time.monotonic() - begun < 90
    assert done.returncode != 0
    assert f"{warehouse}/metastore_db is in use by process {os.getpid()}" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_the_session_is_one_and_safe(make_project, run_dbt) -> None:
    project = make_project({"models/a.sql": "select 1 as x"})
    run_dbt(project, "run")
    session = current_session()
    run_dbt(project, "run")
    assert current_session() is session
    assert session.conf.get("spark.sql.session.timeZone") == "UTC"
    assert session.conf.get("spark.sql.ansi.enabled") == "true"


def test_another_warehouse_in_the_same_process_is_told(make_project, run_dbt, capfd) -> None:
    project = make_project({"models/a.sql": "select 1 as x"})
    run_dbt(project, "run")
    other = (project.root / "profiles.yml").read_text().replace("warehouse:", "warehouse: other #")
    (project.root / "profiles.yml").write_text(other)
    capfd.readouterr()
    run_dbt(project, "run")
    assert "would need a new process" in capfd.readouterr().out


def test_a_models_own_config_of_the_session_is_applied(make_project, run_dbt, query) -> None:
    project = make_project(
        {"models/a.sql": "select 1 as x"}, profile={"config": {"spark.sql.shuffle.partitions": 3}}
    )
    run_dbt(project, "run")
    assert current_session().conf.get("spark.sql.shuffle.partitions") == "3"


def test_an_array_is_made_once_to_be_exploded(make_project, run_dbt) -> None:
    run_dbt(make_project({"models/a.sql": "select 1 as x"}), "run")
    made = "select transform(sequence(0, id), one -> struct(one as id)) as items from range(3)"
    exploded = f"explain select inline(items) from ({made})"
    assert current_session().sql(exploded).collect()[0][0].count("transform(") == 1


def test_an_unknown_profile_key_is_named(make_project, run_dbt) -> None:
    project = make_project({"models/a.sql": "select 1 as x"}, profile={"warehose": "x"})
    failed = run_dbt(project, "run", ok=False)
    assert "unknown profile key warehose" in str(failed.exception)


def test_wide_structs_can_be_unit_tested(messages, make_project, run_dbt) -> None:
    fields = ", ".join(f"'f{i}', {i}D" for i in range(40))
    project = make_project(
        {
            "models/a.sql": f"select 1 as id, named_struct({fields}) as features",
            "models/b.sql": "select features.f39 as f from {{ ref('a') }} where id = 1",
            "models/b.yml": """
unit_tests:
  - name: reads_the_last
    model: b
    given: [{input: ref('a'), rows: [{id: 2}]}]
    expect: {rows: []}
""",
        }
    )
    assert set(messages(run_dbt(project, "build")).values()) == {"OK", None}


def test_java_maps_the_archive_of_its_classes(make_project, run_dbt) -> None:
    if not CLASS_ARCHIVE.exists():
        pytest.skip("set-up wrote no archive of Spark's classes")
    run_dbt(make_project({"models/a.sql": "select 1 as x"}), "run")
    java = current_session().sparkContext._gateway.proc.pid
    mapped = Path(f"/proc/{java}/maps").read_text()
    assert str(CLASS_ARCHIVE) in mapped


def test_no_file_has_a_checksum_beside_it(make_project, run_dbt, warehouse: Path) -> None:
    project = make_project({"models/a.sql": "{{ config(materialized='table') }} select 1 as x"})
    run_dbt(project, "run")
    written = [
        path.name for path in (warehouse / "tables").rglob(f"{project.name}__versions.db/a__*/*")
    ]
    assert any(name.endswith(".parquet") for name in written)
    assert not any(name.endswith(".crc") for name in written)


def test_the_mode_of_a_file_is_set_by_java_itself(make_project, run_dbt, tmp_path: Path) -> None:
    run_dbt(make_project({"models/a.sql": "select 1 as x"}), "run")
    context = current_session().sparkContext
    hadoop = context._jvm.org.apache.hadoop
    files = hadoop.fs.FileSystem.getLocal(context._jsc.hadoopConfiguration())
    assert files.getClass().getName() == local_files.NAME
    for mode in ("0640", "0755", "1777"):
        files.setPermission(hadoop.fs.Path(str(tmp_path)), hadoop.fs.permission.FsPermission(mode))
        assert f"{tmp_path.stat().st_mode & 0o7777:04o}" == mode
