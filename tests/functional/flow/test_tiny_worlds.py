"""A world of one profile is built like any other; one that holds nothing to rank is one error."""

import csv

import pytest
from raw_tables import supply_rows

pytestmark = pytest.mark.long


def keep_one(project, source, id_column):
    """Leave the world one profile or one title: the one with the most plays."""
    tables = {}
    for name in (source, "raw_plays", "raw_impressions"):
        with (project / "seeds" / f"{name}.csv").open() as file:
            rows = list(csv.DictReader(file))
        if id_column in rows[0]:
            tables[name] = rows
    ids = [play[id_column] for play in tables["raw_plays"]]
    kept = max(set(ids), key=ids.count)
    for name, rows in tables.items():
        supply_rows(project, name, [row for row in rows if row[id_column] == kept])
    return project


def test_a_single_profile_is_ranked_for_by_rankers_of_any_name(copy_project, run_dbt, query):
    rankers = {
        name: {"trainer": "feature", "params": {"feature": feature}}
        for name, feature in {
            "order": "own_plays",
            "select": "title_plays",
            "a" * 63: "own_days",
        }.items()
    }
    project = copy_project("one_profile", rankers=rankers, control_ranker="order")
    run_dbt(keep_one(project, "raw_profiles", "profile_id"), "build", "--quiet")
    ((profiles,),) = query("select count(distinct profile_id) from one_profile.dmc12_ranked")
    measured = query("select distinct ranker from one_profile.metrics_by_slice")
    assert profiles == 1
    assert {ranker for (ranker,) in measured} == set(rankers)


@pytest.mark.parametrize(
    ("source", "id_column", "message"),
    [
        ("raw_titles", "show_title_id", "titles: 1 row(s), at least 2 needed"),
        ("raw_plays", "play_id", "fct_plays: 0 row(s), at least 1 needed"),
    ],
    ids=["one_title", "no_sound_play"],
)
def test_nothing_to_rank_is_one_clear_error(
    copy_project, run_dbt, messages, source, id_column, message
):
    knobs = {
        "max_rejected_share": dict.fromkeys(("plays", "profiles", "titles", "impressions"), 1.0)
    }
    project = keep_one(copy_project("nothing_to_rank", **knobs), source, id_column)
    if source == "raw_plays":
        columns = ("play_id", "profile_id", "show_title_id", "played_at", "strength")
        supply_rows(project, "raw_plays", [dict.fromkeys(columns, "?")])
    result = run_dbt(project, "build", "--quiet", "--select", "+models/facts", ok=False)
    failed = [one.node.name for one in result.result.results if one.status in ("error", "fail")]
    assert len(failed) == 1
    assert message in messages(result)[failed[0]]
