"""What each feature is worth on a history that can be worked out by hand."""

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
        ("tenure_days", [9, 9, 9]),
        ("profile_plays", [4, 4, 4]),
        ("profile_plays_7d", [3, 3, 3]),
        ("profile_plays_28d", [3, 3, 3]),
        ("profile_titles", [2, 2, 2]),
        ("profile_repeat_share", [0.5, 0.5, 0.5]),
        ("profile_days_since_play", [1, 1, 1]),
        ("title_plays_1d", [3, 0, 0]),
        ("title_plays_7d", [7, 0, 0]),
        ("title_plays_28d", [20, 0, 5]),
        ("title_plays", [50, 0, 5]),
        ("title_profiles", [25, 0, 5]),
        ("title_plays_per_profile", [2, 0, 1]),
        ("title_trend", [29 / 21, 1, 1 / 6]),
        ("title_country_plays_7d", [2, 0, 0]),
        ("title_country_plays_28d", [4, 0, 0]),
        ("title_country_plays", [10, 0, 0]),
        ("title_country_share", [0.2, 0, 0]),
        ("title_age_days", [160, 101, 9]),
        ("own_plays", [3, 1, 0]),
        ("own_plays_28d", [2, 1, 0]),
        ("own_strength", [2, 1, 0]),
        ("own_days", [2, 1, 0]),
        ("own_share", [0.75, 0.25, 0]),
        ("own_days_since_first", [40, 1, 9999]),
        ("own_days_since_last", [5 - 1 / 24, 1, 9999]),
        ("own_overdue", [(5 - 1 / 24) / (35 + 1 / 24 + 1), 0, 0]),
        ("genre_affinity", [0.5, 0, 0.5]),
        ("genre_affinity_7d", [0.5, 0, 0.5]),
        ("creator_affinity", [0.75, 0, 0]),
        ("coplay_similarity", [0.25, 0, 0.5]),
        ("coplay_similarity_mean", [0.125, 0, 0.25]),
        ("coplay_similarity_last", [0.25, 0, 0]),
    ],
)
def test_a_known_history_gives_known_features(state, name, expected):
    assert feature(state, name) == pytest.approx(expected)


@pytest.mark.parametrize("name", [name for name in FEATURES if name != "true_utility"])
def test_a_profile_without_history_gets_finite_features(state, name):
    assert all(abs(value) < 10_000 for value in feature(state, name, plays=[]))


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
