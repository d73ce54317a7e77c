"""Copies of the project on a small simulated world, built once for all tests of the flow."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from project import REPO, SHARED_SPARK

from dmc12.world.spec import WorldSpec
from dmc12.world.write import write_csv

WORLD = {"seed": 5, "profiles": 150, "titles": 60}
SMALL = {
    "sampling": {split: {"rate": 1.0} for split in ("train", "validation", "test")},
    "negatives_per_context": 15,
    "min_completeness": 0.0,  # days of few facts vary
}

CopyProject = Callable[..., Path]


@pytest.fixture(scope="session")
def copy_project(tmp_path_factory: pytest.TempPathFactory, warehouse: Path) -> CopyProject:
    """Copy the project: `copy_project("schema", knob=value)`, seeds holding the small world."""

    def copy(schema: str, **knobs: object) -> Path:
        root = tmp_path_factory.mktemp(schema)
        for folder in ("models", "python_models", "macros"):
            shutil.copytree(REPO / folder, root / folder)
        shutil.copytree(REPO / "tests" / "generic", root / "tests" / "generic")
        project = yaml.safe_load((REPO / "dbt_project.yml").read_text())
        own = project["vars"]["dmc12"]
        own |= SMALL | knobs
        own["world"] = own["world"] | WORLD
        (root / "dbt_project.yml").write_text(yaml.safe_dump(project, sort_keys=False))
        output = yaml.safe_load((REPO / "profiles.yml").read_text())["dmc12"]["outputs"]["local"]
        output |= {"schema": schema, "master": "local[2]", "warehouse": str(warehouse)}
        output |= SHARED_SPARK
        output["config"]["spark.sql.shuffle.partitions"] = "2"
        profiles = {"dmc12": {"target": "local", "outputs": {"local": output}}}
        (root / "profiles.yml").write_text(yaml.safe_dump(profiles))
        write_csv(WorldSpec.model_validate(own["world"]), root / "seeds")
        return root

    return copy


@pytest.fixture(scope="session")
def small_vars() -> dict[str, object]:
    """The knobs of the small world, as a Python model sees them."""
    own = yaml.safe_load((REPO / "dbt_project.yml").read_text())["vars"]["dmc12"]
    return own | SMALL | {"world": own["world"] | WORLD}


@pytest.fixture(scope="session")
def small_world(copy_project: CopyProject, run_dbt: Callable) -> str:
    """The schema in which the whole flow has been built and tested on the small world."""
    run_dbt(copy_project("small_world"), "build", "--quiet")
    return "small_world"
