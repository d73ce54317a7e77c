"""Ranking and metrics move no item and read none of the fields that they have no use for."""

import re

import pytest

UNREAD = {
    "dmc12_ranked": ["features"],
    "metrics_by_context": ["features", "weight", "ranks", "show_title_id", "stratum"],
}


@pytest.fixture(scope="module")
def plans(small_world, copy_project, run_dbt, query):
    """The physical plans of the models, over the tables of the small world."""
    results = run_dbt(
        copy_project(small_world),
        "compile",
        "--quiet",
        "--indirect-selection",
        "empty",
        "--select",
        *UNREAD,
    ).result
    return {
        one.node.name: query(f"explain formatted {one.node.compiled_code}")[0][0]
        for one in results.results
    }


@pytest.mark.parametrize("model", UNREAD)
def test_no_item_is_moved(plans, model):
    assert "Exchange" not in plans[model]


@pytest.mark.parametrize("model", UNREAD)
def test_what_is_of_no_use_is_not_read(plans, model):
    (read,) = re.findall(r"ReadSchema: (.*)", plans[model])
    assert "label:double" in read
    assert "scores:struct<" in read
    assert not [field for field in UNREAD[model] if f"{field}:" in read]
