"""Contexts of a test's own, put through the evaluation models as dbt compiled them."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from project import REPO

from dbt.adapters.sparksession.session import current_session
from dmc12.knobs import Knobs, check
from dmc12.spark import compare, measure, rank, sum_metrics_by_tags

MODELS = ("metrics_by_slice", "ranker_comparisons")
PYTHON_MODELS = ("dmc12_ranked", "metrics_by_context", "metric_sums_by_tags", "ranker_differences")
RANKER = {"trainer": "feature", "params": {"feature": "title_plays"}}
TESTS = ("items_ranks_permutation", "metrics_in_range", "metrics_complete", "guardrails_hold")

TAGS = {
    "tags": {
        "country_group": {"expression": "country_iso_code", "type": "string", "description": "-"},
        "is_first_time_profile": {"expression": "true", "type": "boolean", "description": "-"},
    },
    "strata": [],
    "sampling": {split: {"rate": 1.0} for split in ("train", "validation", "test")},
    "metric_slices": ["country_group", "is_first_time_profile"],
}


@dataclass(frozen=True)
class Context:
    """One context: labels, and scores by ranker, item by item."""

    labels: Sequence[float]
    scores: dict[str, Sequence[float | None]]
    split: str = "test"
    country_group: str = "NL"
    is_first_time_profile: bool = False
    inclusion_probability: float = 1.0


@dataclass(frozen=True)
class Evaluation:
    """The compiled models and tests of one set of knobs."""

    sql: dict[str, str]
    knobs: Knobs

    @property
    def rankers(self) -> list[str]:
        """The names of the rankers."""
        return list(self.knobs.rankers)

    def run(self, contexts: Sequence[Context]) -> None:
        """Rank the contexts, and make each model a view, cached but for slices."""
        spark = current_session()
        spark.catalog.clearCache()
        rows = [self._row(index, context) for index, context in enumerate(contexts)]
        scored = spark.createDataFrame(rows, schema=scored_type(self.rankers))
        ranked = rank(scored).cache()
        ranked.createOrReplaceTempView("dmc12_ranked")
        measured = measure(ranked, self.knobs).cache()
        measured.createOrReplaceTempView("metrics_by_context")
        sums = sum_metrics_by_tags(ranked, self.knobs)
        sums.createOrReplaceTempView("metric_sums_by_tags")
        spark.sql(self.sql["metrics_by_slice"]).createOrReplaceTempView("metrics_by_slice")

    def compare(self, contexts: Sequence[Context]) -> None:
        """Run the contexts, and make ranker_comparisons a view of them too."""
        self.run(contexts)
        spark = current_session()
        found = compare(spark.table("metrics_by_context"), self.knobs).cache()
        found.createOrReplaceTempView("ranker_differences")
        compared = spark.sql(self.sql["ranker_comparisons"]).cache()
        compared.createOrReplaceTempView("ranker_comparisons")

    def rows(self, sql: str) -> list[Any]:
        """The rows of a query on the models."""
        return list(current_session().sql(sql).collect())

    def violations(self, test: str) -> list[Any]:
        """What one of the generic tests returns."""
        return self.rows(self.sql[test])

    def _row(self, index: int, context: Context) -> tuple[Any, ...]:
        items = [
            (
                position,
                float(label),
                1.0,
                (0.0,),
                tuple(_score(context.scores[ranker][position]) for ranker in self.rankers),
            )
            for position, label in enumerate(context.labels)
        ]
        return (
            index,
            "NL",
            datetime(2026, 6, 18),
            context.split,
            (context.country_group, context.is_first_time_profile),
            "all",
            context.inclusion_probability,
            items,
        )


def _score(score: float | None) -> float | None:
    return None if score is None else float(score)


def scored_type(rankers: Sequence[str]) -> str:
    """The schema of dmc12_scored, with one feature."""
    scores = ",".join(f"{ranker}:double" for ranker in rankers)
    return (
        "profile_id bigint, country_iso_code string, context_at timestamp, split string, "
        "tags struct<country_group:string, is_first_time_profile:boolean>, "
        "stratum string, inclusion_probability double, items array<struct<show_title_id:bigint,"
        f"label:double,weight:double,features:struct<feature1:double>,scores:struct<{scores}>>>"
    )


def write_evaluation_project(root: Path, profile: Any, scored: str, **knobs: Any) -> Knobs:
    """Write a dbt project of the real macros, generic tests and evaluation models.

    `scored` is the SQL of its dmc12_scored. Returns its knobs, checked.
    """
    settings = yaml.safe_load((REPO / "dbt_project.yml").read_text(encoding="utf-8"))
    settings |= {"profile": "test", "model-paths": ["models"]}
    settings["vars"]["dmc12"] |= TAGS | knobs
    settings.pop("seeds")
    shutil.copytree(REPO / "macros", root / "macros")
    shutil.copytree(REPO / "tests" / "generic", root / "tests" / "generic")
    models = root / "models"
    models.mkdir()
    for model in MODELS:
        for suffix in (".sql", ".yml"):
            shutil.copy(REPO / "models" / "evaluation" / f"{model}{suffix}", models)
    for model in PYTHON_MODELS:
        for file in (REPO / "python_models" / "evaluation").glob(f"{model}.*"):
            shutil.copy(file, models)
    (models / "dmc12_scored.sql").write_text(scored, encoding="utf-8")
    (models / "dmc12.yml").write_text(
        yaml.safe_dump({"models": [ranked_contract()]}, width=1000), encoding="utf-8"
    )
    (root / "dbt_project.yml").write_text(
        yaml.safe_dump(settings, sort_keys=False), encoding="utf-8"
    )
    (root / "profiles.yml").write_text(yaml.safe_dump({"test": profile}), encoding="utf-8")
    return check(settings["vars"]["dmc12"])


def ranked_contract() -> dict[str, Any]:
    """What models/dmc12.yml declares of dmc12_ranked, and the test of its ranks alone."""
    declared = yaml.safe_load((REPO / "models" / "dmc12.yml").read_text(encoding="utf-8"))
    (ranked,) = (model for model in declared["models"] if model["name"] == "dmc12_ranked")
    ranked["data_tests"].append("items_ranks_permutation")
    return ranked


def read_compiled(root: Path, schema: str) -> dict[str, str]:
    """The compiled models and generic tests by name, on views of the models' plain names."""
    compiled = root / "target" / "compiled" / "dmc12" / "models"
    paths = {model: compiled / f"{model}.sql" for model in MODELS}
    paths |= {test: next(compiled.rglob(f"{test}*.sql")) for test in TESTS}
    return {
        name: path.read_text(encoding="utf-8").replace(f"{schema}.", "")
        for name, path in paths.items()
    }
