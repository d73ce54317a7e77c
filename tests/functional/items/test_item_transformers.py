"""Each row of docs/item_transformers.md is a dbt unit test, and its plan reads what it says."""

import re

import pytest
import yaml
from project import REPO, target

DOC = (REPO / "docs" / "item_transformers.md").read_text()
ROW = re.compile(r"^\| `(.+?)` \| (`+)(.+?)\2 \| (.+?) \|$", re.MULTILINE)
INPUT = re.search(r"```sql\n(.+?)```", DOC, re.DOTALL)[1]
EXAMPLES = [(call, output, reads.split(", ")) for call, _, output, reads in ROW.findall(DOC)]

SCHEMA = "item_transformers"


@pytest.fixture(scope="module")
def built(tmp_path_factory, warehouse, run_dbt):
    """The compiled SQL of each example, all built and unit-tested in a project of their own."""
    root = tmp_path_factory.mktemp(SCHEMA)
    files = {
        "profiles.yml": {SCHEMA: target(SCHEMA, warehouse)},
        # its own name would be another namespace than the macros call each other by
        "dbt_project.yml": {
            "name": "dmc12",
            "profile": SCHEMA,
            "macro-paths": [str(REPO / "macros" / "items")],
        },
        "models/examples.yml": {
            "unit_tests": [
                {
                    "name": f"example_{number}",
                    "model": f"example_{number}",
                    "given": [
                        {"input": "ref('input')", "format": "sql", "rows": f"select {INPUT}"}
                    ],
                    "expect": {"format": "sql", "rows": f"select {output} as items"},
                }
                for number, (_, output, _) in enumerate(EXAMPLES)
            ]
        },
    }
    (root / "models").mkdir()
    for path, content in files.items():
        (root / path).write_text(yaml.safe_dump(content))
    (root / "models" / "input.sql").write_text(
        f"{{{{ config(materialized='table', file_format='parquet') }}}} select {INPUT}"
    )
    for number, (call, _, _) in enumerate(EXAMPLES):
        (root / "models" / f"example_{number}.sql").write_text(
            f"select {{{{ {call} }}}} as items from {{{{ ref('input') }}}}"
        )
    results = run_dbt(root, "build", "--quiet").result.results
    assert sum(one.node.resource_type == "unit_test" for one in results) == len(EXAMPLES)
    models = [one.node for one in results if one.node.resource_type == "model"]
    return {node.name: node.compiled_code for node in models}


def test_every_transformer_is_documented():
    macros = {path.stem for path in (REPO / "macros" / "items").glob("*.sql")} - {"is_finite"}
    assert macros == {
        macro for macro in macros if any(f"{macro}(" in call for call, *_ in EXAMPLES)
    }


@pytest.mark.parametrize("number", range(len(EXAMPLES)), ids=[call for call, *_ in EXAMPLES])
def test_an_example_has_the_stated_names_and_reads_the_stated_fields(built, query, number):
    _, output, reads = EXAMPLES[number]
    table = f"{SCHEMA}.example_{number}"
    assert query(f"select distinct typeof(items), typeof({output}) from {table}") == [
        (query(f"select typeof({output})")[0][0],) * 2
    ]
    ((plan,),) = query(f"explain {built[f'example_{number}']}")
    assert "Exchange" not in plan
    assert read_fields(plan) == set(reads)


def read_fields(plan):
    """The fields of items that a plan reads, those of structs by their path."""
    (read,) = re.findall(r"ReadSchema: struct<items:array<struct<(.*)>>>", plan)
    fields = set()
    for name, inner in re.findall(r"(\w+):(?:struct<(.+?)>|\w+)", read):
        fields |= {f"{name}.{part.split(':')[0]}" for part in inner.split(",")} if inner else {name}
    return fields
