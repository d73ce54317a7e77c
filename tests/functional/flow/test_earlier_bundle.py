"""A later build on the same facts, whose feature is the score of what an earlier one released."""

import json
import shutil

import pytest

from dmc12.online import load

FACTS = ("models/facts", "models/staging")
FITS = ("title_coplays", "title_factors")
KNOBS = {
    "train_starts_at": "2026-06-18",  # until then the small world's rankers have learned
    "validation_starts_at": "2026-06-24",
    "test_starts_at": "2026-06-27",
    "negative_shares": {"uniform": 1.0},
    "features": ["own_plays", "title_age_days", "earlier_score"],
    "leakage_share": 0.3,
    "rankers": {
        "earlier": {"trainer": "feature", "params": {"feature": "earlier_score"}},
        "stacked": {"trainer": "lambdarank", "params": {"num_boost_round": 10}},
    },
    "control_ranker": "earlier",
}
SELECTION = (
    *("--select", "+bundle_released", "features_perturbed", "feature_manifest"),
    *("--indirect-selection", "buildable", "--exclude-resource-type", "unit_test"),
)
LATER = "later_build"


@pytest.fixture(scope="module")
def released(small_world, query):
    """The directory and the fingerprint of the bundle that the small world has released."""
    return query(f"select path, fingerprint from {small_world}.bundle_released")[0]


@pytest.fixture(scope="module")
def later(small_world, released, copy_project, run_dbt):
    """The later build on facts and fits of the small world: the project, and what tests passed."""
    path, fingerprint = released
    declared = {"bundle": path, "ranker": "lambdarank", "fingerprint": fingerprint}
    project = copy_project(LATER, earlier_ranker=declared, **KNOBS)
    shutil.rmtree(project / "seeds")
    facts = [file.stem for file in (project / "models" / "facts").glob("*.sql")]
    for folder in FACTS:
        shutil.rmtree(project / folder)
    for name in FITS:
        for file in (project / "python_models" / "features").glob(f"{name}.*"):
            file.unlink()
    for name in (*facts, *FITS):
        (project / "models" / f"{name}.sql").write_text(
            f"{{{{ config(materialized='view') }}}} select * from {small_world}.{name}"
        )
    results = run_dbt(project, "build", "--quiet", *SELECTION).result
    return project, {one.node.name for one in results if one.status == "pass"}


def test_the_feature_is_the_score_that_the_earlier_build_gave(later, small_world, query):
    ((items, found, equal, values),) = query(
        f"""
        with later as (
            select profile_id, context_at, inline(items) from {LATER}.dmc12_featurized
        ),
        earlier as (
            select profile_id, context_at, inline(items) from {small_world}.dmc12_scored
        )
        select count(*), count(earlier.scores), count_if(
                later.features.earlier_score = earlier.scores.lambdarank
            ), count(distinct later.features.earlier_score)
        from later left join earlier using (profile_id, context_at, show_title_id)
        """
    )
    assert items == found == equal
    assert values > 1000


def test_other_futures_leave_the_score_as_it_is(later, query):
    _, passed = later
    assert [name for name in passed if name.startswith("same_features")]
    ((contexts,),) = query(f"select count(*) from {LATER}.features_perturbed")
    assert contexts > 30


def test_the_later_bundle_ranks_online_as_its_tables_do_by_itself(later, released, query):
    counts = query(
        "select ranker, count(*), count_if(is_equal)"
        f" from {LATER}.online_offline_parity group by ranker order by ranker"
    )
    assert counts == [("earlier", 12, 12), ("stacked", 12, 12)]
    ((path, fingerprint),) = query(f"select path, fingerprint from {LATER}.bundle_released")
    bundle = load(path, fingerprint)
    assert "state/earlier_ranker.parquet" in bundle.manifest.files
    earlier = load(*released)
    assert bundle.state.earlier_ranker.scorer == earlier.rankers.scorers["lambdarank"]
    assert [str(one.manifest.learned_until_moment) for one in (earlier, bundle)] == [
        "2026-06-18 00:00:00+00:00",
        "2026-06-27 00:00:00+00:00",
    ]


def test_the_later_build_says_what_it_reads(later, small_world, released, query):
    assert query(f"select bundle, bundle_fingerprint, ranker from {LATER}.earlier_ranker") == [
        (*released, "lambdarank")
    ]
    assert query(f"select * from {small_world}.earlier_ranker") == []
    assert query(
        f"select encoder, data, missing_value, is_fitted from {LATER}.feature_manifest"
        " where feature = 'earlier_score'"
    ) == [("earlier_ranker", ["features", "earlier_ranker"], None, True)]


def test_contexts_that_the_earlier_ranker_has_learned_from_stop_the_build(
    later, released, run_dbt, messages
):
    a_day_early = json.dumps({"train_starts_at": "2026-06-17"})
    select = ("--select", "earlier_ranker+", "--vars", a_day_early)
    project, _ = later
    result = run_dbt(project, "run", "--quiet", *select, ok=False)
    failed = [one.node.name for one in result.result.results if one.status == "error"]
    assert failed == ["earlier_ranker"]
    assert (
        f"knob earlier_ranker: ranker lambdarank of {released[0]} has learned from facts visible "
        "by 2026-06-18 00:00:00+00:00, and train_starts_at is 2026-06-17 00:00:00+00:00"
    ) in messages(result)["earlier_ranker"]
