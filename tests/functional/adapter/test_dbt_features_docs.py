"""`dbt docs generate` and `persist_docs`: types and comments as they are written."""

from __future__ import annotations

import json

import pytest

ITEMS = "array(named_struct('f', 1.5D, 'g', map('k', 1L))) as items"
DECLARED = """
models:
  - name: {name}
    description: "it's a\\\\path"
    columns:
      - {{name: id, description: "who's \\"who\\""}}
      - {{name: items, description: "2026"}}
"""


@pytest.fixture
def catalog(make_project, run_dbt):
    files = {}
    for kind in ("table", "view", "incremental"):
        files[f"models/{kind}_a.sql"] = f"select 1L as id, {ITEMS}"
        files[f"models/{kind}_a.yml"] = DECLARED.format(name=f"{kind}_a").replace(
            "    columns:", f"    config: {{materialized: {kind}}}\n    columns:"
        )
    project = make_project(
        files, models={"+persist_docs": {"relation": True, "columns": True}}, name="docs"
    )
    run_dbt(project, "build")
    run_dbt(project, "docs", "generate")
    text = (project.root / "target" / "catalog.json").read_text(encoding="utf-8")
    return json.loads(text)["nodes"]


@pytest.mark.parametrize("kind", ["table", "view", "incremental"])
def test_the_catalog_has_nested_types_and_comments(catalog, kind) -> None:
    node = catalog[f"model.docs.{kind}_a"]
    types = {name: column["type"] for name, column in node["columns"].items()}
    assert types == {"id": "bigint", "items": "array<struct<f:double,g:map<string,bigint>>>"}
    comments = {name: column["comment"] for name, column in node["columns"].items()}
    assert comments == {"id": 'who\'s "who"', "items": "2026"}
    assert node["metadata"]["comment"] == "it's a\\path"


def test_without_persist_docs_there_are_no_comments(make_project, run_dbt) -> None:
    project = make_project(
        {
            "models/a.sql": "{{ config(materialized='table') }} select 1 as id",
            "models/a.yml": "models: [{name: a, columns: [{name: id, description: an id}]}]",
        }
    )
    run_dbt(project, "build")
    (node,) = run_dbt(project, "docs", "generate").result.nodes.values()
    assert node.columns["id"].comment is None
