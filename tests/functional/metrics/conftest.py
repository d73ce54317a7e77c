"""The evaluation models, compiled by dbt from the real macros, once for each set of knobs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from evaluation import RANKER, Evaluation, read_compiled, write_evaluation_project
from project import target


@pytest.fixture(scope="session")
def metrics_profile(warehouse: Path) -> dict[str, Any]:
    """A dbt profile on the warehouse that all functional tests share."""
    return target("metrics_tests", warehouse)


@pytest.fixture(scope="session")
def evaluation(
    tmp_path_factory: pytest.TempPathFactory, metrics_profile: dict[str, Any], run_dbt: Any
) -> Callable[..., Evaluation]:
    """Compile the evaluation models: `evaluation(metric_discount="lenskit")`.

    Knobs are the project's, but for two rankers, `a` and `b`, and for what the call names.
    """
    compiled: dict[str, Evaluation] = {}

    def compile_models(**knobs: Any) -> Evaluation:
        knobs = {"rankers": dict.fromkeys("ab", RANKER), "control_ranker": "a", **knobs}
        key = repr(knobs)
        if key not in compiled:
            root = tmp_path_factory.mktemp("evaluation")
            checked = write_evaluation_project(
                root, metrics_profile, "select 1 as not_built", **knobs
            )
            run_dbt(root, "compile", "--quiet")
            compiled[key] = Evaluation(read_compiled(root, "metrics_tests"), checked)
        return compiled[key]

    return compile_models
