"""`state:modified` with `--defer`: only what changed is built, over the other schema's tables."""

from __future__ import annotations

import shutil

import pytest
import yaml

TABLE = "{{{{ config(materialized='table') }}}} select {0}"


@pytest.fixture
def project(make_project, run_dbt):
    """A project built in its own schema, now pointed at another; `state` has the manifest."""
    project = make_project(
        {
            "models/base.sql": TABLE.format("1 as x"),
            "models/top.sql": TABLE.format("x from {{ ref('base') }}"),
        }
    )
    run_dbt(project, "build")
    (project.root / "state").mkdir()
    shutil.copy(project.root / "target" / "manifest.json", project.root / "state")
    profiles = yaml.safe_load((project.root / "profiles.yml").read_text())
    profiles[project.name]["outputs"]["test"]["schema"] = f"{project.name}_dev"
    project.write({"profiles.yml": yaml.safe_dump(profiles)})
    return project


def test_defer_builds_the_modified_model_on_the_other_schemas_tables(
    project, run_dbt, query, messages
) -> None:
    project.write({"models/top.sql": TABLE.format("x + 10 as x from {{ ref('base') }}")})
    result = run_dbt(project, "build", "-s", "state:modified", "--defer", "--state", "state")
    assert set(messages(result)) == {"top"}
    assert query(f"select x from {project.name}_dev.top") == [(11,)]
    assert query(f"select x from {project.name}.top") == [(1,)]
    assert query(f"show tables in {project.name}_dev like 'base'") == []


def test_nothing_is_modified_where_nothing_changed(project, run_dbt) -> None:
    result = run_dbt(project, "list", "-s", "state:modified", "--state", "state")
    assert result.result == []
