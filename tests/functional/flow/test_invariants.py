"""Each invariant fails on data that is broken in its way, and passes on the same data unbroken."""

import pytest
import yaml

NULL = "cast(null as double)"

# break -> (the field of every item of one context, its new value, split, the violation)
ITEM_BREAKS = {
    "null_title": ("show_title_id", "cast(null as bigint)", "test", "null show_title_id"),
    "same_title": ("show_title_id", "7L", "test", "title twice"),
    "null_label": ("label", "cast(null as double)", "test", "bad label"),
    "nan_label": ("label", "double('nan')", "test", "bad label"),
    "negative_label": ("label", "-1D", "test", "bad label"),
    "null_weight": ("weight", "cast(null as double)", "test", "bad weight"),
    "zero_weight": ("weight", "0D", "test", "bad weight"),
    "infinite_weight": ("weight", "double('infinity')", "test", "bad weight"),
    "null_feature": ("features.tenure_days", NULL, "test", "bad features.tenure_days"),
    "nan_feature": ("features.own_plays", "double('nan')", "test", "bad features.own_plays"),
    "infinite_score": ("scores.oracle", "double('-infinity')", "test", "bad scores.oracle"),
    "no_positive": ("label", "0D", "train", "train without a positive"),
    "no_negative": ("label", "1D", "train", "train without a negative"),
}  # fmt: skip

# break -> (the items of one context, the violation)
CONTEXT_BREAKS = {
    "null_items": ("null", "no items"),
    "no_items": ("filter(items, item -> false)", "no items"),
    "null_item": ("concat(items, array(null))", "null item"),
}

# break -> (the model, its invariant, what the invariant returns)
OTHER_BREAKS = {
    "twice": (
        "select 1 as a, 2 as b union all select 1, 2 union all select 2, 1",
        {"unique_key": {"arguments": {"columns": ["a", "b"]}}},
        [(1, 2, 2)],
    ),
    "nulls": (
        "select 1 as a, cast(null as int) as b union all select 1, 2",
        {"no_nulls": {"arguments": {"columns": ["a", "b"]}}},
        [(1, None, ["b"])],
    ),
    "mislabeled": (
        "select profile_id, context_at, transform(items, item -> struct("
        "item.show_title_id, item.label + 1 as label)) as items from {{ ref('dmc12_labeled') }}",
        {"items_labels_agree": {"arguments": {"contexts": "ref('contexts_tagged')"}}},
        None,
    ),
    "reordered": (
        "select profile_id, context_at, reverse(items) as items from {{ ref('dmc12_labeled') }}",
        {"items_same_as": {"arguments": {"to": "ref('dmc12_labeled')"}}},
        None,
    ),
    "lost": (
        "select profile_id, context_at, items from {{ ref('dmc12_labeled') }}"
        " where split <> 'validation'",
        {"items_same_as": {"arguments": {"to": "ref('dmc12_labeled')"}}},
        None,
    ),
}

COLUMN_BREAKS = {
    "zero": ("0D", {"in_range": {"arguments": {"low": 0, "high": 1}}}),
    "above": ("1.5D", {"in_range": {"arguments": {"low": 0, "high": 1}}}),
    "nan": ("double('nan')", {"in_range": {"arguments": {"low": 0, "high": 1}}}),
    "name_for_a_country": ("'Brazil'", "iso_country"),
    "unassigned_country": ("'UK'", "iso_country"),
    "lower_case_country": ("'br'", "iso_country"),
}

# Items rebuilt field by field, one of them replaced: the same type, one value broken.
REBUILD = """
{% macro rebuilt(path, value) %}
    {%- set structs = {"features": knob("features"), "scores": knob("rankers").keys()} -%}
    transform(items, item -> struct(
        {% for field in ["show_title_id", "label", "weight"] -%}
        {{ value if field == path else "item." ~ field }} as {{ field }},
        {% endfor -%}
        {% for struct, fields in structs.items() -%}
        struct({% for field in fields -%}
            {%- set name = struct ~ "." ~ field -%}
            {{ value if name == path else "item." ~ name }} as {{ field }}{{ "," if not loop.last }}
        {% endfor %}) as {{ struct }}{{ "," if not loop.last }}
        {% endfor -%}
    ))
{% endmacro %}
"""

SCORED = """
with numbered as (
    select *, row_number() over (order by n_positives desc, profile_id, context_at) as place
    from (
        select *, size(filter(items, item -> item.label > 0)) as n_positives
        from {{{{ ref("dmc12_scored") }}}}
    )
)
select profile_id, context_at, '{split}' as split, if(place = 1, {items}, items) as items
from numbered where place <= 3
"""

ITEMS_VALID = {"items_valid": {"arguments": {"structs": ["features", "scores"]}}}


@pytest.fixture(scope="module")
def failures(copy_project, run_dbt, small_world, query):
    """What each broken model's invariant returns, by the model's name; None where it passes."""
    project = copy_project(small_world)
    models = {"sound": (SCORED.format(split="train", items="items"), [ITEMS_VALID], [])}
    for name, (path, value, split, _) in ITEM_BREAKS.items():
        items = f'{{{{ rebuilt("{path}", "{value}") }}}}'
        models[name] = (SCORED.format(split=split, items=items), [ITEMS_VALID], [])
    for name, (items, _) in CONTEXT_BREAKS.items():
        models[name] = (SCORED.format(split="test", items=items), [ITEMS_VALID], [])
    for name, (sql, invariant, _) in OTHER_BREAKS.items():
        models[name] = (sql, [invariant], [])
    for name, (value, invariant) in COLUMN_BREAKS.items():
        models[name] = (f"select {value} as x", [], [{"name": "x", "data_tests": [invariant]}])
    folder = project / "models" / "broken"
    folder.mkdir()
    for name, (sql, _, _) in models.items():
        (folder / f"broken_{name}.sql").write_text(f"{{{{ config(materialized='view') }}}}\n{sql}")
    declared = [
        {"name": f"broken_{name}", "data_tests": tests, "columns": columns}
        for name, (_, tests, columns) in models.items()
    ]
    (folder / "broken.yml").write_text(yaml.safe_dump({"models": declared}))
    (project / "macros" / "rebuilt.sql").write_text(REBUILD)
    results = run_dbt(project, "build", "--quiet", "--select", "models/broken", ok=False)
    tests = [one for one in results.result.results if one.node.resource_type == "test"]
    assert len(tests) == len(models)
    assert not [one.message for one in tests if one.status == "error"]
    return {
        one.node.attached_node.split(".broken_")[1]: (
            query(one.node.compiled_code) if one.status == "fail" else None
        )
        for one in tests
    }


def test_sound_data_pass(failures):
    assert failures["sound"] is None


@pytest.mark.parametrize("name", ITEM_BREAKS | CONTEXT_BREAKS)
def test_one_scan_names_just_the_violation(failures, name):
    *_, violation = (ITEM_BREAKS | CONTEXT_BREAKS)[name]
    assert [row[-1] for row in failures[name]] == [[violation]]


@pytest.mark.parametrize("name", OTHER_BREAKS)
def test_the_invariant_returns_the_keys_at_fault(failures, name):
    *_, expected = OTHER_BREAKS[name]
    assert failures[name] == expected if expected else len(failures[name]) > 0


@pytest.mark.parametrize("name", COLUMN_BREAKS)
def test_the_invariant_returns_the_value_at_fault(failures, name):
    assert len(failures[name]) == 1
