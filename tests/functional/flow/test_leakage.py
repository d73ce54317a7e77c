"""The build's own tests of leakage pass on the flow, and catch each planted kind of leak."""

import pytest

LEAK = """
from dataclasses import replace


class Leaky(Lookups):
    # encoders see a second ahead, hence what happens at the very instant of a context
    def sources(self, knobs):
        return replace(super().sources(knobs), publish_delay_hours=-1 / 3600)


def model("""


def plant(path, sound, leaking):
    """Write a leak into a model."""
    text = path.read_text()
    assert sound in text
    path.write_text(text.replace(sound, leaking))


@pytest.fixture(scope="module")
def leaking(copy_project, run_dbt):
    """A world whose encoders see a second ahead, its snapshots their own day, its fits a week.

    The oracle is not among its features: it refuses a play at or after the context by itself.
    """
    project = copy_project(
        "leaking",
        leakage_share=0.3,
        features=["title_plays", "profile_plays", "genre_affinity", "coplay_similarity"],
        rankers={"popularity": {"trainer": "feature", "params": {"feature": "title_plays"}}},
        control_ranker="popularity",
    )
    for name in ("dmc12_featurized", "features_perturbed"):
        path = project / "python_models" / "features" / f"{name}.py"
        plant(path, "\ndef model(", LEAK)
        plant(path, "lookups=Lookups(", "lookups=Leaky(")
    plant(
        project / "models" / "facts" / "title_popularity_daily.sql",
        "day + 1, plays, plays",
        "day, plays, plays",
    )
    plant(
        project / "python_models" / "features" / "title_coplays.py",
        'dbt.ref("fct_plays")',
        'dbt.ref("fct_plays").selectExpr("profile_id", "show_title_id",'
        ' "played_at - interval 7 days as played_at")',
    )
    run_dbt(project, "seed", "--quiet")
    run_dbt(project, "run", "--quiet", "--select", "+features_perturbed", "+dmc12_featurized")
    return project


@pytest.mark.parametrize(
    ("model", "test"),
    [
        ("features_perturbed", "same_features"),
        ("title_popularity_daily", "counts_as_of"),
        ("title_coplays", "cosines_as_of"),
    ],
)
def test_a_planted_leak_is_caught(leaking, run_dbt, model, test):
    run = run_dbt(
        leaking, "test", "--quiet", "--select", f"{model},test_name:{test}", ok=False
    ).result
    tests = [one for one in run.results if one.node.resource_type == "test"]
    assert [one.status for one in tests] == ["fail"]


def test_each_future_is_another_and_gives_the_same_features(small_world, query):
    perturbations = query(
        f"select perturbation, count(*) from {small_world}.features_perturbed group by 1"
    )
    assert {name for name, _ in perturbations} == {"deleted", "scrambled", "added"}
    assert all(contexts > 10 for _, contexts in perturbations)
