"""A contract holds for SQL and Python models: what differs is named, the old table serves on."""

from __future__ import annotations

import pytest
import yaml
from project import Project, target

GOOD = (
    "select array(named_struct('id', 1L, 'weight', 1D, 'features', named_struct('f1', 1D, 'f2', 2F)"
    ")) as items"
)
DECLARED = """
  - name: {name}
    config: {{materialized: table, contract: {{enforced: {enforced}}}}}
    columns:
      - {{name: items, data_type: array, constraints: [{{type: not_null}}]}}
      - {{name: items.id, data_type: bigint, constraints: [{{type: not_null}}]}}
      - {{name: items.weight, data_type: double, constraints: [{{type: not_null}}]}}
      - {{name: items.features, data_type: "struct<f1: double not null, f2: float>"}}
"""
ID, WEIGHT, FEATURES = "'id', 1L", "'weight', 1D", "'features', named_struct('f1', 1D, 'f2', 2F)"
# form -> (the fields of an item, what is said of it)
FORMS = {
    "type": (
        f"{ID}, {WEIGHT}, 'features', named_struct('f1', 1D, 'f2', 2D)",
        "items[].features.f2: declared float, got double",
    ),
    "missing": (f"{ID}, {FEATURES}", "items[].weight: missing"),
    "extra": (f"{ID}, {WEIGHT}, {FEATURES}, 'x', 1", "items[].x: not declared"),
    "order": (f"{WEIGHT}, {ID}, {FEATURES}", "items: element order differs"),
    "null": (f"'id', cast(null as long), {WEIGHT}, {FEATURES}", "[NOT_NULL_ASSERT_VIOLATION]"),
    "deep_null": (
        f"{ID}, {WEIGHT}, 'features', named_struct('f1', cast(null as double), 'f2', 2F)",
        "[NOT_NULL_ASSERT_VIOLATION]",
    ),
}
PYTHON = 'def model(dbt, session):\n    return session.sql("""{}""")\n'
WRITERS = {"sql": "{}", "py": PYTHON}


@pytest.fixture(scope="module")
def said(tmp_path_factory, warehouse, run_dbt, messages):
    """What each broken model says, by form and language, after a sound build of the same names."""
    root = tmp_path_factory.mktemp("contracts")
    project = Project(root, "contracts")
    names = {f"{form}_{suffix}": (form, suffix) for form in FORMS for suffix in WRITERS}
    declared = "models:" + "".join(
        DECLARED.format(name=name, enforced=str(suffix == "sql").lower())
        for name, (_, suffix) in names.items()
    )
    project.write(
        {
            "dbt_project.yml": "{name: contracts, version: 1.0.0, profile: contracts}",
            "profiles.yml": yaml.safe_dump({"contracts": target("contracts", warehouse)}),
            "models/all.yml": declared,
        }
    )
    sound = {
        f"models/{name}.{suffix}": WRITERS[suffix].format(GOOD)
        for name, (_, suffix) in names.items()
    }
    project.write(sound)
    run_dbt(project, "run", "--quiet")
    project.write(
        {
            f"models/{name}.{suffix}": WRITERS[suffix].format(
                f"select array(named_struct({FORMS[form][0]})) as items"
            )
            for name, (form, suffix) in names.items()
        }
    )
    return messages(run_dbt(project, "run", "--quiet", ok=False))


@pytest.mark.parametrize("suffix", WRITERS)
@pytest.mark.parametrize("form", FORMS)
def test_a_difference_is_named_and_the_old_table_serves_on(said, query, form, suffix) -> None:
    assert FORMS[form][1] in said[f"{form}_{suffix}"]
    rows = query(f"select items[0].id, items[0].features.f2 from contracts.{form}_{suffix}")
    assert rows == [(1, 2.0)]


def test_a_contract_is_shown_as_a_tree(make_project, run_dbt, capfd) -> None:
    declared = "models:" + DECLARED.format(name="m", enforced="true")
    project = make_project({"models/m.sql": GOOD, "models/m.yml": declared})
    run_dbt(project, "run-operation", "show_contract", "--args", "{file: models/m.yml}", "--quiet")
    shown = capfd.readouterr().out
    assert "m\n  items: array<struct> not null\n    id: bigint not null\n" in shown
    assert "    features: struct\n      f1: double not null\n      f2: float\n" in shown
