"""What each feature is worth on a history that can be worked out by hand."""

from dataclasses import replace
from math import exp

import pyarrow as pa
import pytest
from histories import contexts

from dmc12.encoders import FEATURES
from dmc12.featurize import featurize_batch

HISTORY = [
    ("2026-05-01", 10, 0.5),
    ("2026-06-05", 10, 1.0),
    ("2026-06-05T01:00", 10, 0.5),
    ("2026-06-09", 20, 1.0),
]


def feature(state, name, **row):
    row = {"context_at": "2026-06-10", "items": [10, 20, 30], "plays": HISTORY} | row
    items = featurize_batch(contexts(row), state, [name])["items"].flatten()
    return items.field("features").field(name).to_pylist()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("context_hour", [0, 0, 0]),
        ("context_weekday", [2, 2, 2]),
        ("context_is_weekend", [0, 0, 0]),
        ("tenure_days", [9, 9, 9]),
        ("profile_plays", [4, 4, 4]),
        ("profile_plays_7d", [3, 3, 3]),
        ("profile_plays_28d", [3, 3, 3]),
        ("profile_titles", [2, 2, 2]),
        ("profile_repeat_share", [0.5, 0.5, 0.5]),
        ("profile_days_since_play", [1, 1, 1]),
        ("profile_visits", [3, 3, 3]),
        ("profile_visit_interval_days", [19.5, 19.5, 19.5]),
        ("profile_last_visit_plays", [1, 1, 1]),
        ("profile_plays_per_visit", [4 / 3, 4 / 3, 4 / 3]),
        ("profile_hour_share", [1, 1, 1]),
        ("profile_weekday_share", [0, 0, 0]),
        ("profile_novelty_28d", [1 / 3, 1 / 3, 1 / 3]),
        ("title_plays_1d", [3, 0, 0]),
        ("title_plays_7d", [7, 0, 0]),
        ("title_plays_28d", [20, 0, 5]),
        ("title_plays", [50, 0, 5]),
        ("title_profiles", [25, 0, 5]),
        ("title_plays_per_profile", [2, 0, 1]),
        ("title_trend", [29 / 21, 1, 1 / 6]),
        ("title_country_plays_1d", [1, 0, 0]),
        ("title_country_plays_7d", [2, 0, 0]),
        ("title_country_plays_28d", [4, 0, 0]),
        ("title_country_plays", [10, 0, 0]),
        ("title_country_share", [0.2, 0, 0]),
        ("title_country_trend", [9 / 5, 1, 1]),
        ("title_play_share_28d", [0.8, 0, 0.2]),
        ("title_country_lift", [44 / 54 / 0.8, 1, 50 / 54]),
        ("title_age_days", [160, 101, 9]),
        ("title_is_new", [0, 0, 1]),
        ("own_plays", [3, 1, 0]),
        ("own_plays_7d", [2, 1, 0]),
        ("own_plays_28d", [2, 1, 0]),
        ("own_strength", [2, 1, 0]),
        ("own_last_strength", [0.5, 1, 0]),
        ("own_days", [2, 1, 0]),
        ("own_share", [0.75, 0.25, 0]),
        ("own_days_since_first", [40, 1, 9999]),
        ("own_days_since_last", [5 - 1 / 24, 1, 9999]),
        ("own_overdue", [(5 - 1 / 24) / (35 + 1 / 24 + 1), 0, 0]),
        ("own_visit_share", [2 / 3, 1, 0]),
        ("own_visits_since_last", [1, 0, 9999]),
        ("is_new_to_profile", [0, 0, 1]),
        ("is_out_since_last_play", [0, 0, 0]),
        ("genre_affinity", [0.5, 0, 0.5]),
        ("genre_affinity_7d", [0.5, 0, 0.5]),
        ("genre_affinity_28d", [0.5, 0, 0.5]),
        ("creator_affinity", [0.75, 0, 0]),
        ("creator_plays_28d", [2, 0, 0]),
        ("creator_days_since_last", [5 - 1 / 24, 9999, 9999]),
        ("coplay_similarity", [0.25, 0, 0.5]),
        ("coplay_similarity_mean", [0.125, 0, 0.25]),
        ("coplay_similarity_28d", [0.25, 0, 0.5]),
        ("coplay_similarity_recent", [0.25 * exp(-1 / 7), 0, 0.5 * exp(-(5 - 1 / 24) / 7)]),
        ("coplay_similarity_last", [0.25, 0, 0]),
        ("als_score", [5 / 4.7, 2.5 / 4.7, 0]),
        ("earlier_score", [0.5 * 50 + 2 * 3 + 1, 2 * 1 + 1, 0.5 * 5 + 1]),
    ],
)
def test_a_known_history_gives_known_features(state, name, expected):
    assert feature(state, name) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("name", "context_at", "expected"),
    [
        ("context_hour", "2026-06-10T13:30", 13.5),
        ("context_weekday", "2026-06-10T23:59", 2),
        ("context_is_weekend", "2026-06-10T12:00", 0),
        ("profile_hour_share", "2026-06-10T21:30", 0.75),  # 2.5 hours round midnight from 00:00
        ("profile_hour_share", "2026-06-10T12:00", 0),
    ],
)
def test_a_moment_is_read_off_clock_and_calendar(state, name, context_at, expected):
    assert feature(state, name, context_at=context_at)[0] == expected


@pytest.mark.parametrize("name", [name for name in FEATURES if name != "true_utility"])
def test_a_profile_without_history_gets_the_declared_missing_value(state, name):
    encoder = FEATURES[name]
    values = feature(state, name, plays=[])
    assert all(abs(value) < 10_000 for value in values)
    if "history" in encoder.needs and encoder.features[name].missing is not None:
        assert values == [encoder.features[name].missing] * 3


@pytest.mark.parametrize(
    "name", [name for name, encoder in FEATURES.items() if "popularity" in encoder.needs]
)
def test_a_title_unknown_to_the_snapshot_gets_the_declared_missing_value(state, name):
    assert feature(state, name)[1] == FEATURES[name].features[name].missing


@pytest.mark.parametrize(
    "name", [name for name, encoder in FEATURES.items() if "popularity" in encoder.needs]
)
def test_before_any_fact_nothing_had_been_played(state, name):
    early = feature(state, name, context_at="2026-05-01T23:00", plays=[])
    assert early == [FEATURES[name].features[name].missing] * 3


def test_a_day_that_the_snapshot_lacks_is_refused(state):
    with pytest.raises(ValueError, match="title_popularity_daily has no snapshot of 2026-06-09"):
        feature(state, "title_plays", context_at="2026-06-09")


def test_a_history_out_of_order_is_refused(state):
    with pytest.raises(ValueError, match="history of profile 1 is not in order of time"):
        feature(state, "own_plays", plays=HISTORY[::-1])


def test_a_play_of_a_title_that_is_not_known_is_not_seen(state):
    with_unknown = [*HISTORY, ("2026-06-09T12:00", 77, 1.0)]
    assert feature(state, "profile_plays", plays=with_unknown) == [4, 4, 4]


def test_als_score_needs_its_table(state):
    with pytest.raises(ValueError, match="needs the table title_factors"):
        feature(replace(state, factors=None), "als_score")


def test_every_feature_but_the_oracles_is_checked_above():
    checked = test_a_known_history_gives_known_features.pytestmark[0].args[1]
    assert {name for name, _ in checked} == set(FEATURES) - {"true_utility"}


def test_a_country_without_plays_has_counts_of_zero(state):
    assert feature(state, "title_country_plays", country="NZ") == [0, 0, 0]


def test_a_context_uses_the_last_fit_that_is_not_after_it(state):
    assert feature(state, "coplay_similarity", context_at="2026-06-11") == [0, 0.9, 0]
    assert feature(state, "coplay_similarity", context_at="2026-05-31T23:00") == [0, 0, 0]


def test_an_unknown_item_is_refused_by_name(state):
    with pytest.raises(ValueError, match="title 77 is an item"):
        feature(state, "own_plays", items=[10, 77])


def test_true_utility_needs_a_world(state):
    with pytest.raises(ValueError, match="declare knob `world`"):
        feature(state, "true_utility")


@pytest.mark.parametrize(
    ("items", "message"),
    [
        (None, "a context's items are null"),
        ([None], "an item is null, or its show_title_id is"),
        ([{"show_title_id": None}], "an item is null, or its show_title_id is"),
    ],
)
def test_items_without_a_title_are_refused(state, items, message):
    batch = contexts({"context_at": "2026-06-10", "items": []})
    place = batch.schema.get_field_index("items")
    column = pa.array([items], batch.schema.field("items").type)
    with pytest.raises(ValueError, match=message):
        featurize_batch(batch.set_column(place, "items", column), state, ["own_plays"])
