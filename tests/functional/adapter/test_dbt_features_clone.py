"""`dbt clone`: a view over the other schema's relation, which shows what is served there."""

from __future__ import annotations

import shutil

import pytest
import yaml

TABLE = "{{{{ config(materialized='table') }}}} select {0} as x"


@pytest.fixture
def project(make_project, run_dbt):
    """A project with two targets, built in the first; `state` has that build's manifest."""
    project = make_project(
        {
            "models/a.sql": TABLE.format(1),
            "models/v.sql": "select * from {{ ref('a') }}",
            "seeds/s.csv": "id\n1\n",
        }
    )
    profiles = yaml.safe_load((project.root / "profiles.yml").read_text())
    outputs = profiles[project.name]["outputs"]
    outputs["dev"] = {**outputs["test"], "schema": f"{project.name}_dev"}
    project.write({"profiles.yml": yaml.safe_dump(profiles)})
    build_and_keep_state(project, run_dbt)
    return project


def build_and_keep_state(project, run_dbt) -> None:
    run_dbt(project, "build")
    (project.root / "state").mkdir(exist_ok=True)
    shutil.copy(project.root / "target" / "manifest.json", project.root / "state")


CLONE = ("clone", "--state", "state", "--target", "dev")


def test_a_clone_is_a_view_that_follows_its_source(project, run_dbt, query) -> None:
    run_dbt(project, *CLONE)
    dev = f"{project.name}_dev"
    tables = [row[1] for row in query(f"show tables in {dev}") if not row[2]]
    assert sorted(tables) == ["a", "s", "v"]
    assert query(f"select x from {dev}.a") == [(1,)]
    # the versions that the first clone saw go, as the source is built again and again
    for value in (2, 3, 4):
        project.write({"models/a.sql": TABLE.format(value)})
        run_dbt(project, "run", "-s", "a")
        assert query(f"select x from {dev}.a") == [(value,)]


def test_a_clone_leaves_what_is_there_but_for_full_refresh(project, run_dbt, query) -> None:
    project.write({"models/a.sql": TABLE.format(9)})
    run_dbt(project, "run", "--target", "dev", "-s", "a")
    dev = f"{project.name}_dev"
    run_dbt(project, *CLONE)
    assert query(f"select x from {dev}.a") == [(9,)]
    run_dbt(project, *CLONE, "--full-refresh")
    assert query(f"select x from {dev}.a") == [(1,)]


def test_a_model_built_over_its_clone_leaves_the_source_alone(project, run_dbt, query) -> None:
    run_dbt(project, *CLONE)
    project.write({"models/a.sql": TABLE.format(9)})
    run_dbt(project, "run", "--target", "dev", "-s", "a")
    assert query(f"select x from {project.name}_dev.a") == [(9,)]
    assert query(f"select x from {project.name}.a") == [(1,)]


def test_a_clone_of_a_schema_onto_itself_changes_nothing(project, run_dbt, query, capfd) -> None:
    run_dbt(project, "clone", "--state", "state", "--full-refresh")
    assert "skipping clone" in capfd.readouterr().out
    assert query(f"select x from {project.name}.a") == [(1,)]
