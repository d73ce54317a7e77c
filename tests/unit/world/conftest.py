"""The declared world, simulated once, and one whose catalogue is too large to be seen whole."""

from pathlib import Path

import pytest
from recordings import Recorded, record

from dmc12.world.__main__ import declared
from dmc12.world.spec import WorldSpec

REPOSITORY = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def repository() -> Path:
    return REPOSITORY


@pytest.fixture(scope="session")
def declared_world() -> Recorded:
    return record(WorldSpec.model_validate(declared(REPOSITORY / "dbt_project.yml")))


@pytest.fixture(scope="session")
def large_catalogue() -> Recorded:
    """A world whose catalogue exceeds what a visit looks at."""
    return record(WorldSpec(seed=3, profiles=60, titles=200, choice_set=40, days=40))
