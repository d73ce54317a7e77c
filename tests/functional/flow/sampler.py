"""The sampler's models as dbt compiled them, on contexts of a test's own."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from project import REPO

from dbt.adapters.sparksession.session import current_session
from dmc12.knobs import Knobs, check
from dmc12.spark import apportion

MODELS = ("strata", "contexts_sampled", "sampling_audit")
SCHEMA = "sampler"
TAG = {"type": "string", "description": "A tag."}
KNOBS = {
    "tags": {"a": {"expression": "device", **TAG}, "b": {"expression": "device", **TAG}},
    "strata": ["a", "b"],
    "metric_slices": [],
    "rankers": {"popularity": {"trainer": "feature", "params": {"feature": "title_plays"}}},
    "control_ranker": "popularity",
    "empty_contexts": dict.fromkeys(("train", "validation", "test"), "drop"),
}
TAGGED = """
    profile_id bigint, country_iso_code string, context_at timestamp, split string,
    tags struct<a:string, b:string>, labels array<struct<show_title_id:bigint, label:double>>
"""


@dataclass(frozen=True)
class Sampler:
    """The compiled models and the audit's test of one set of knobs."""

    sql: dict[str, str]
    knobs: Knobs

    def run(self, contexts: Any) -> dict[str, Any]:
        """Sample from contexts_tagged, a DataFrame: each table, made once, is a view of its name.

        Returns them by name.
        """
        made = {"contexts_tagged": contexts}
        contexts.createOrReplaceTempView("contexts_tagged")
        spark = current_session()
        for model in MODELS:
            made[model] = spark.sql(self.sql[model]).localCheckpoint()
            made[model].createOrReplaceTempView(model)
            if model == "strata":
                made["strata_targets"] = apportion(made[model], self.knobs).localCheckpoint()
                made["strata_targets"].createOrReplaceTempView("strata_targets")
        return made

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a query on the models."""
        return [tuple(row) for row in current_session().sql(sql).collect()]

    def faults(self) -> set[tuple[str, str]]:
        """Where the audit and the contexts disagree: stratum and what."""
        return {(row[1], row[2]) for row in self.rows(self.sql["sampling_rederived"])}


def contexts(cells: Sequence[tuple[str, str, str, int]], first_profile: int = 1) -> Any:
    """Contexts to be sampled: so many of each split, value of a and value of b.

    Their rows are in the order of the cells, but their keys do not depend on it.
    """
    place = {cell: number for number, cell in enumerate(sorted(cells))}
    rows = ", ".join(str((*cell, first_profile + 1000 * place[cell])) for cell in cells)
    return current_session().sql(
        f"""
        select
            bigint(first + n) as profile_id, 'NL' as country_iso_code,
            timestamp '2026-06-18' + make_interval(0, 0, 0, 0, n % 24) as context_at, split,
            struct(a, b) as tags, array(struct(1L as show_title_id, 1D as label)) as labels
        from (
            select split, a, b, first, explode(sequence(0, size - 1)) as n
            from values {rows} as cells (split, a, b, size, first)
        )
        """
    )


def write_sampler_project(root: Path, profile: dict[str, Any], **knobs: Any) -> Knobs:
    """Write a dbt project of the real macros, the sampler and its audit; return its knobs."""
    settings = yaml.safe_load((REPO / "dbt_project.yml").read_text(encoding="utf-8"))
    own = settings["vars"]["dmc12"]
    own |= KNOBS | knobs
    settings |= {"profile": "test", "model-paths": ["models"], "on-run-end": []}
    settings.pop("seeds")
    shutil.copytree(REPO / "macros", root / "macros")
    (root / "tests" / "generic").mkdir(parents=True)
    for test in ("sampling_rederived", "unique_key", "in_range"):
        shutil.copy(REPO / "tests" / "generic" / f"{test}.sql", root / "tests" / "generic")
    (root / "models").mkdir()
    for model in ("contexts_in_strata", *MODELS):
        for suffix in (".sql", ".yml"):
            shutil.copy(REPO / "models" / "dataset" / f"{model}{suffix}", root / "models")
    for stub in ("contexts_tagged", "strata_targets"):
        (root / "models" / f"{stub}.sql").write_text("select 1 as not_built")
    (root / "dbt_project.yml").write_text(yaml.safe_dump(settings, sort_keys=False))
    (root / "profiles.yml").write_text(yaml.safe_dump({"test": profile}))
    return check(own)


def read_compiled(root: Path) -> dict[str, str]:
    """The compiled models and the audit's test by name, on views of the models' plain names."""
    compiled = root / "target" / "compiled" / "dmc12" / "models"
    paths = {model: compiled / f"{model}.sql" for model in MODELS}
    paths["sampling_rederived"] = next(compiled.rglob("sampling_rederived*.sql"))
    return {
        name: path.read_text(encoding="utf-8").replace(f"{SCHEMA}.", "")
        for name, path in paths.items()
    }
