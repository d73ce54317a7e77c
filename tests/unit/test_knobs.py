"""Every fault in the knobs is one clear error; the shipped knobs have none."""

from pathlib import Path

import pytest
import yaml

from dmc12.knobs import Knobs, check, knobs_of, resolve

PROJECT = yaml.safe_load((Path(__file__).parents[2] / "dbt_project.yml").read_text())
SHIPPED = PROJECT["vars"]["dmc12"]
TAGS = SHIPPED["tags"]
TAG = TAGS["is_first_time_profile"]


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
        ({"stratum_floor": "20"}, "stratum_floor: Input should be a valid integer (got '20')"),
        ({"sampling_rates": {"train": 0, "validation": 1, "test": 1}}, "sampling_rates.train"),
        ({"sampling_rates": {"train": 1, "test": 1}}, "sampling_rates lacks validation"),
        (
            {"max_rejected_share": {"plays": 0.1}},
            "max_rejected_share lacks profiles, titles, impressions",
        ),
        ({"max_strength": float("inf")}, "max_strength: Input should be a finite number"),
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
        ({"world": None}, "feature true_utility needs a world, and none is declared"),
        ({"rankers": {"Best one": {"trainer": "feature"}}}, "rankers: a name starts with a-z"),
        ({"rankers": {"best": {"trainer": "lambdarnak"}}}, "did you mean lambdarank"),
        ({"control_ranker": "own_play"}, "control_ranker: 'own_play' is not known; did you mean"),
    ],
)
def test_a_fault_is_named_with_its_knob(change, message):
    with pytest.raises(ValueError, match="knob") as caught:
        check(SHIPPED | change)
    assert message in str(caught.value)
    assert "vars: dmc12: 1 knob(s) at fault" in str(caught.value)


def test_all_faults_are_named_at_once():
    with pytest.raises(ValueError, match="3 knob") as caught:
        check(SHIPPED | {"a": 1, "b": 2, "stratum_floor": None})
    assert {"a: unknown knob", "b: unknown knob"} < {
        line.strip() for line in str(caught.value).splitlines()
    }


def test_a_missing_knob_is_named():
    with pytest.raises(ValueError, match="features: missing"):
        check({name: value for name, value in SHIPPED.items() if name != "features"})
