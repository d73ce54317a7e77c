"""Drawn evaluation candidates, weighted negatives, and a world that logs no impressions."""

import pytest
import yaml

DRAWN = 20


@pytest.fixture(scope="module")
def drawn_world(copy_project, run_dbt):
    """The small world without impressions, its test contexts ranked by a draw."""
    project = copy_project(
        "drawn_world",
        has_impressions=False,
        negative_shares={"own": 0.2, "popularity": 0.4, "uniform": 0.4},
        negative_weights="inverse_inclusion",
        evaluation_candidates={"validation": "all", "test": DRAWN},
        evaluation_salt="frozen",
    )
    (project / "seeds" / "raw_impressions.csv").unlink()
    run_dbt(project, "seed", "--quiet")
    rejected = [
        "profiles_rejected",
        "titles_rejected",
        "fct_plays_rejected",
        "fct_impressions_rejected",
    ]
    selected = ["--select", "+dmc12_labeled", "negative_shortfalls", *rejected]
    run_dbt(project, "run", "--quiet", *selected)
    tested = ["dmc12_labeled", "test_name:negatives_valid", "test_name:reconciles"]
    run_dbt(project, "test", "--quiet", "--select", *tested, "--exclude", "dmc12_featurized")
    return "drawn_world"


def test_without_impressions_there_are_none(drawn_world, query):
    for table in ("fct_impressions", "fct_impressions_rejected", "impression_history"):
        assert query(f"select count(*) from {drawn_world}.{table}") == [(0,)]


def test_a_drawn_test_context_holds_its_positives_and_the_draw(drawn_world, query):
    candidates = f"{drawn_world}.evaluation_candidates"
    assert query(f"select distinct split, salt, size(negatives) from {candidates}") == [
        ("test", "frozen", DRAWN)
    ]
    assert not query(
        f"""
        select labeled.profile_id
        from {drawn_world}.dmc12_labeled as labeled
        left join {candidates} as drawn using (profile_id, context_at)
        inner join {drawn_world}.contexts_sampled as sampled using (profile_id, context_at)
        where labeled.split = 'test' and not array_sort(labeled.items.show_title_id) <=> array_sort(
            concat(sampled.labels.show_title_id, drawn.negatives.show_title_id)
        )
        """
    )


def test_validation_still_ranks_everything(drawn_world, small_world, query):
    validation = "select to_json(struct(*)) from {}.dmc12_labeled where split = 'validation'"
    ours = query(validation.format(drawn_world))
    assert len(ours) > 50
    assert set(ours) == set(query(validation.format(small_world)))


def test_a_drawn_item_weighs_the_inverse_of_its_probability(drawn_world, query):
    assert not query(
        f"""
        with items as (
            select profile_id, context_at, inline(items)
            from {drawn_world}.dmc12_labeled where split = 'train'
        ),
        negatives as (
            select profile_id, context_at, inline(negatives) from {drawn_world}.negatives_sampled
        )
        select * from items
        left join negatives using (profile_id, context_at, show_title_id)
        where items.weight <> if(items.label > 0, 1, 1 / negatives.inclusion_probability)
            or (items.label = 0 and negatives.inclusion_probability is null)
        """
    )
    heaviest = f"select max(items.weight[0]) > 1 from {drawn_world}.dmc12_labeled"
    assert query(heaviest) == [(True,)]


def test_an_empty_log_of_impressions_is_refused(copy_project, run_dbt, messages):
    project = copy_project("no_log")
    path = project / "seeds" / "raw_impressions.csv"
    path.write_text(path.read_text().splitlines()[0] + "\n")
    run_dbt(project, "seed", "--quiet", "--select", "raw_impressions")
    result = run_dbt(project, "run", "--quiet", "--select", "stg_impressions", ok=False)
    assert "raw_impressions: the table is empty" in messages(result)["stg_impressions"]


WITH = (
    "transform(negatives, item -> struct(item.show_title_id, item.strategy, item.draw_probability,"
    " {} as inclusion_probability))"
)
BROKEN = {
    "sound": "negatives",
    "repeated": "concat(negatives, slice(negatives, 1, 1))",
    "impossible": WITH.format("0D"),
    "too_likely": WITH.format("1.5D"),
    "unknown": WITH.format("double(null)"),
    "miscounted": "slice(negatives, 2, 1000)",
}


@pytest.fixture(scope="module")
def tested(small_world, copy_project, run_dbt):
    """The status of `negatives_valid` on broken copies of the negatives."""
    project = copy_project(small_world)
    for name, negatives in BROKEN.items():
        sql = f"select quotas, {negatives} as negatives, profile_id, context_at"
        (project / "models" / f"negatives_{name}.sql").write_text(
            f"{{{{ config(materialized='view') }}}}\n{sql} from {{{{ ref('negatives_sampled') }}}}"
        )
    models = [{"name": f"negatives_{name}", "data_tests": ["negatives_valid"]} for name in BROKEN]
    (project / "models" / "broken_negatives.yml").write_text(yaml.safe_dump({"models": models}))
    names = [f"negatives_{name}" for name in BROKEN]
    results = run_dbt(project, "build", "--quiet", "--select", *names, ok=False).result.results
    return {
        one.node.attached_node.split("negatives_")[-1]: str(one.status)
        for one in results
        if one.node.resource_type == "test"
    }


@pytest.mark.parametrize("name", BROKEN)
def test_broken_negatives_are_found(tested, name):
    assert tested[name] == ("pass" if name == "sound" else "fail")
