"""The evaluation models, compiled by dbt with the real macros, then run on contexts of a test's own."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from dbt.adapters.sparksession.session import current_session

REPO = Path(__file__).parents[3]
MODELS = ("dmc12_ranked", "metrics_by_context", "metrics_by_slice")
TESTS = ("items_ranks_permutation", "metrics_in_range", "metrics_complete")
STRUCT = "struct<{}>".format


@dataclass(frozen=True)
class Context:
    """One context: labels, and scores by ranker, item by item."""

    labels: Sequence[float]
    scores: dict[str, Sequence[float]]
    split: str = "test"
    country_group: str = "NL"
    tenure_bucket: str = "new"
    is_first_time_profile: bool = False
    inclusion_probability: float = 1.0
    title_ids: Sequence[int] = field(default_factory=list)


@dataclass(frozen=True)
class Evaluation:
    """The compiled models and tests of one set of knobs."""

    sql: dict[str, str]
    rankers: tuple[str, ...]

    def run(self, contexts: Sequence[Context]) -> None:
        """Put the contexts into dmc12_scored and let each model be a cached view of that name."""
        spark = current_session()
        spark.createDataFrame(
            [self._row(index, context) for index, context in enumerate(contexts)],
            schema=scored_type(self.rankers),
        ).createOrReplaceTempView("dmc12_scored")
        for model in MODELS:
            spark.sql(self.sql[model]).cache().createOrReplaceTempView(model)

    def rows(self, sql: str) -> list[Any]:
        """The rows of a query on the models."""
        return list(current_session().sql(sql).collect())

    def metrics(self, contexts: Sequence[Context]) -> list[dict[str, dict[str, float | None]]]:
        """Every metric, by ranker and column, of each context."""
        self.run(contexts)
        found: list[dict[str, dict[str, float | None]]] = [{} for _ in contexts]
        for row in self.rows("select profile_id, ranker, metrics from metrics_by_context"):
            found[row.profile_id][row.ranker] = row.metrics.asDict()
        return found

    def violations(self, test: str) -> list[Any]:
        """What one of the generic tests returns."""
        return self.rows(self.sql[test])

    def _row(self, index: int, context: Context) -> tuple[Any, ...]:
        ids = context.title_ids or range(len(context.labels))
        items = [
            (
                title,
                float(label),
                1.0,
                (0.0,),
                tuple(float(context.scores[ranker][position]) for ranker in self.rankers),
            )
            for position, (title, label) in enumerate(zip(ids, context.labels, strict=True))
        ]
        return (
            index,
            "NL",
            datetime(2026, 6, 18),
            context.split,
            context.country_group,
            context.tenure_bucket,
            context.is_first_time_profile,
            "all",
            context.inclusion_probability,
            items,
        )


def scored_type(rankers: Sequence[str]) -> str:
    """The schema of dmc12_scored, with one feature."""
    scores = STRUCT(",".join(f"{ranker}:double" for ranker in rankers))
    return (
        "profile_id bigint, country_iso_code string, context_at timestamp, split string, "
        "country_group string, tenure_bucket string, is_first_time_profile boolean, "
        "stratum string, inclusion_probability double, items array<struct<show_title_id:bigint,"
        f"label:double,weight:double,features:struct<feature1:double>,scores:{scores}>>"
    )


def write_evaluation_project(root: Path, profile: Any, **knobs: Any) -> None:
    """Write a dbt project of the real macros, generic tests and evaluation models."""
    settings = yaml.safe_load((REPO / "dbt_project.yml").read_text(encoding="utf-8"))
    settings |= {"profile": "test", "model-paths": ["models"]}
    settings["vars"]["dmc12"] |= knobs
    settings.pop("seeds")
    shutil.copytree(REPO / "macros", root / "macros")
    shutil.copytree(REPO / "tests" / "generic", root / "tests" / "generic")
    for model in MODELS:
        (root / "models").mkdir(exist_ok=True)
        for suffix in (".sql", ".yml"):
            shutil.copy(REPO / "models" / "evaluation" / f"{model}{suffix}", root / "models")
    (root / "models" / "dmc12_scored.sql").write_text("select 1 as not_built", encoding="utf-8")
    (root / "dbt_project.yml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    (root / "profiles.yml").write_text(yaml.safe_dump({"test": profile}), encoding="utf-8")


@pytest.fixture(scope="session")
def profile(warehouse: Path) -> dict[str, Any]:
    """A dbt profile on the warehouse that all functional tests share."""
    output = {"type": "sparksession", "schema": "metrics", "threads": 2, "memory": "1g"}
    return {"target": "test", "outputs": {"test": {**output, "warehouse": str(warehouse)}}}


@pytest.fixture(scope="session")
def evaluation(
    tmp_path_factory: pytest.TempPathFactory, profile: dict[str, Any], run_dbt: Any
) -> Callable[..., Evaluation]:
    """Compile the evaluation models: `evaluation(metric_gain="exponential")`.

    Knobs are those of the project but for two rankers, `a` and `b`, and what the call names.
    `macros` are files written over the project's own, by name.
    """
    compiled: dict[str, Evaluation] = {}

    def compile_models(macros: dict[str, str] | None = None, **knobs: Any) -> Evaluation:
        knobs = {"rankers": dict.fromkeys("ab", RANKER), "control_ranker": "a", **knobs}
        key = repr((macros, knobs))
        if key not in compiled:
            root = tmp_path_factory.mktemp("evaluation")
            write_evaluation_project(root, profile, **knobs)
            for name, text in (macros or {}).items():
                (root / "macros" / "metrics" / name).write_text(text, encoding="utf-8")
            run_dbt(root, "compile", "--quiet")
            compiled[key] = Evaluation(read_compiled(root), tuple(knobs["rankers"]))
        return compiled[key]

    return compile_models


RANKER = {"trainer": "feature", "params": {"feature": "title_plays"}}


def read_compiled(root: Path) -> dict[str, str]:
    """The compiled models and generic tests, by name, reading views of the models' plain names."""
    sql = {}
    for path in (root / "target" / "compiled").rglob("*.sql"):
        text = path.read_text(encoding="utf-8")
        for model in ("dmc12_scored", *MODELS):
            for quoted in (f"`metrics`.`{model}`", f"metrics.{model}"):
                text = text.replace(quoted, model)
        name = next((test for test in TESTS if path.stem.startswith(test)), path.stem)
        sql[name] = text
    return sql
