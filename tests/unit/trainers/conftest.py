"""One trained set of rankers for all tests that only read it."""

from pathlib import Path

import pytest
from synthetic import DECLARED, FEATURES, contexts, write

from dmc12.rankers import RankerSpec, ranker_specs
from dmc12.training import train_rankers


@pytest.fixture(scope="session")
def specs() -> list[RankerSpec]:
    return ranker_specs(DECLARED, FEATURES)


@pytest.fixture(scope="session")
def registry(specs: list[RankerSpec], tmp_path_factory: pytest.TempPathFactory) -> list[dict]:
    uris = write(Path(tmp_path_factory.mktemp("featurized")), contexts(200))
    return train_rankers(specs, uris, threads=1).to_pylist()
