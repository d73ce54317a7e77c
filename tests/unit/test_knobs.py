"""Every fault in the knobs is one clear error; the shipped knobs have none."""

from pathlib import Path

import pytest
import yaml

from dmc12.knobs import Knobs, bundled_rankers, check, knobs_of, resolve

PROJECT = yaml.safe_load((Path(__file__).parents[2] / "dbt_project.yml").read_text())
SHIPPED = PROJECT["vars"]["dmc12"]
TAGS = SHIPPED["tags"]
TAG = TAGS["is_first_time_profile"]


def guarded(**guardrail):
    """The shipped rankers' control alone, with one guardrail."""
    control = SHIPPED["rankers"]["own_plays"] | {"guardrails": {"safe": guardrail}}
    return {"rankers": {"own_plays": control}}


def test_the_shipped_knobs_are_sound_and_complete():
    assert set(resolve(SHIPPED)) == set(Knobs.model_fields) == set(SHIPPED)


def test_moments_become_sql_literals_in_utc():
    changed = SHIPPED | {"test_starts_at": "2026-06-18T02:00:00+02:00"}
    assert resolve(changed)["test_starts_at"] == "2026-06-18 00:00:00.000000"


def test_every_knob_says_what_it_is():
    assert all(field.description for field in Knobs.model_fields.values())


def test_vars_of_others_are_left_alone_where_a_model_sees_them():
    assert knobs_of(SHIPPED | {"their_var": 1}) == check(SHIPPED)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"metric_kz": [1]}, "metric_kz: unknown knob; did you mean metric_ks?"),
        ({"metric_ks": "10"}, "metric_ks: Input should be a valid list (got '10')"),
        ({"metric_ks": [5, 1]}, "metric_ks: expected strictly ascending values (got [5, 1])"),
        ({"metric_ks": []}, "metric_ks: List should have at least 1 item"),
        ({"sampling": {"train": {"rate": 1}, "test": {"rate": 1}}}, "sampling lacks validation"),
        ({"sampling_method": "simple"}, "sampling_method: Input should be 'exact' or 'bernoulli'"),
        ({"training_threads": "2"}, "training_threads: Input should be a valid integer (got '2')"),
        (
            {"max_rejected_share": {"plays": 0.1}},
            "max_rejected_share lacks profiles, titles, impressions",
        ),
        ({"max_strength": float("inf")}, "max_strength: Input should be a finite number"),
        (
            {
                "context_weighting": "population",
                "rankers": {
                    "popularity": {"trainer": "feature", "params": {"feature": "title_plays"}},
                    "mine": {"trainer": "pointwise", "grid": {"weights": ["none", "both"]}},
                },
                "control_ranker": "popularity",
            },
            "ranker mine: weights both counts a context's inclusion probability twice",
        ),
        ({"context_policy": "visits"}, "context_policy: Input should be 'sessions' or 'calendar'"),
        ({"context_policy": "calendar"}, "calendar_dates is empty"),
        ({"test_starts_at": "2026-06-01"}, "test_starts_at (2026-06-01 00:00:00+00:00) must come"),
        ({"test_starts_at": 20260618}, "expected a date such as '2026-06-18', got a number"),
        ({"negative_shares": {"unifrom": 1.0}}, "negative_shares: Input should be 'uniform'"),
        ({"negative_shares": {"uniform": 0.7, "own": 0.2}}, "negative_shares add to 0.9, not to 1"),
        ({"negative_shares": {"uniform": 1.0, "own": 0.0}}, "negative_shares.own"),
        ({"negative_shares": {}}, "negative_shares: Dictionary should have at least 1 item"),
        ({"negatives_per_context": 0}, "negatives_per_context: Input should be greater than or"),
        ({"has_impressions": False}, "impressions needs the input raw_impressions; supply it"),
        ({"popularity_fit_dates": []}, "popularity needs a date in popularity_fit_dates"),
        (
            {"features": [*SHIPPED["features"], "earlier_score"]},
            "feature earlier_score needs knob earlier_ranker, and it is null",
        ),
        ({"earlier_ranker": {"ranker": "blend"}}, "earlier_ranker.bundle: missing"),
        (
            {"earlier_ranker": {"bundle": "b", "ranker": "blend", "fingerprint": "0f9e"}},
            "earlier_ranker.fingerprint: String should match pattern",
        ),
        ({"coplay_fit_dates": []}, "hard needs a date in coplay_fit_dates"),
        ({"evaluation_candidates": {"test": "all"}}, "evaluation_candidates lacks validation"),
        ({"evaluation_candidates": {"validation": "all", "test": 0}}, "evaluation_candidates.test"),
        ({"tags": {}}, "tags: Dictionary should have at least 1 item"),
        (
            {"tags": TAGS | {"wide": TAG | {"type": "array<int>"}}},
            "tags.wide.type: Input should be",
        ),
        ({"tags": TAGS | {"mute": TAG | {"description": ""}}}, "tags.mute.description: String"),
        ({"strata": ["country"]}, "strata: 'country' is not known; did you mean country_group?"),
        (
            {"metric_slices": ["tenure"]},
            "metric_slices: 'tenure' is not known; did you mean tenure_b",
        ),
        ({"features": ["own_play"]}, "features: 'own_play' is not known; did you mean own_plays?"),
        ({"features": ["own_plays"] * 2}, "features names a feature twice"),
        (
            {"metric_slices": ["country_group/device", "device/country_group"]},
            "metric_slices names the same tags twice, in another order",
        ),
        ({"publish_delay_hours": -1.0}, "publish_delay_hours: Input should be greater than"),
        ({"expected_facts": 0}, "expected_facts: Input should be greater than or equal to 1"),
        ({"min_completeness": "half"}, "min_completeness: Input should be a valid number"),
        ({"accepted_days": [20260618]}, "expected a date such as '2026-06-18', got a number"),
        ({"backfill": ["2026-06-02", "2026-06-01"]}, "backfill takes a first and a last day"),
        ({"backfill": ["2026-06-02"]}, "backfill takes a first and a last day"),
        ({"als": {"rank": 0, "iterations": 5, "alpha": 1.0, "regularisation": 0.1}}, "als.rank"),
        ({"als_fit_dates": []}, "feature als_score needs a date in als_fit_dates"),
        ({"world": None}, "feature true_utility needs a world, and none is declared"),
        ({"rankers": {"Best one": {"trainer": "feature"}}}, "rankers: a name starts with a-z"),
        ({"rankers": {"best": {"trainer": "lambdarnak"}}}, "did you mean lambdarank"),
        ({"bundle_rankers": ["own_play"]}, "bundle_rankers: 'own_play' is not known; did you mean"),
        ({"bundle_rankers": ["oracle"]}, "bundle_rankers: oracle uses the truth, which no bundle"),
        ({"bundle_days": 0}, "bundle_days: Input should be greater than or equal to 1"),
        ({"scored_splits": ["validation"]}, "parity_contexts needs test among scored_splits"),
        ({"control_ranker": "own_play"}, "control_ranker: 'own_play' is not known; did you mean"),
        ({"metrics": {"ndcg": {"at": ["top"]}}}, "metrics.ndcg.at.0: Input should be 'whole' or"),
        ({"metric_discount": "log10"}, "metric_discount: Input should be 'log2' or 'lenskit'"),
        ({"metrics": {"ndgc": {"at": ["k"]}}}, "metrics: 'ndgc' is not known; did you mean ndcg?"),
        (
            {"metrics": {"recall": {"at": ["whole"]}}},
            "metrics.recall.at: 'whole' is not known; known: k",
        ),
        ({"compared_metrics": ["ndgc"]}, "compared_metrics: 'ndgc' is not known; did you mean"),
        ({"winner_metric": "ndcg_at_7"}, "winner_metric: 'ndcg_at_7' is not known; did you mean"),
        (
            guarded(metric="ndcg_at_100"),
            "rankers.own_plays.guardrails.safe.metric: 'ndcg_at_100' is not known; did you mean",
        ),
        (
            guarded(metric="mrr", slice="country"),
            "rankers.own_plays.guardrails.safe.slice: 'country' is not known; did you mean",
        ),
        (
            guarded(metric="mrr", smallest_change=0.1),
            "ranker own_plays: guardrails.safe.smallest_change: Input should be less than or equal",
        ),
        ({"smallest_effects": [0.0]}, "smallest_effects.0: Input should be greater than 0"),
    ],
)
def test_a_fault_is_named_with_its_knob(change, message):
    with pytest.raises(ValueError, match="knob") as caught:
        check(SHIPPED | change)
    assert message in str(caught.value)
    assert "vars: dmc12: 1 knob(s) at fault" in str(caught.value)


def test_bundles_hold_all_rankers_but_those_that_use_the_truth():
    assert bundled_rankers(check(SHIPPED)) == [
        "popularity", "recent_popularity", "own_plays", "lambdarank", "blend", "stack",
    ]  # fmt: skip
    chosen = check(SHIPPED | {"bundle_rankers": ["lambdarank", "popularity"]})
    assert bundled_rankers(chosen) == ["popularity", "lambdarank"]


def test_all_faults_are_named_at_once():
    with pytest.raises(ValueError, match="3 knob") as caught:
        check(SHIPPED | {"a": 1, "b": 2, "control_ranker": None})
    assert {"a: unknown knob", "b: unknown knob"} < {
        line.strip() for line in str(caught.value).splitlines()
    }


def test_a_missing_knob_is_named():
    with pytest.raises(ValueError, match="features: missing"):
        check({name: value for name, value in SHIPPED.items() if name != "features"})
