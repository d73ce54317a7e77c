"""Nothing at or after a context's moment, and nothing in another context, can move its features."""

from dataclasses import replace

import pytest
from histories import contexts
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dmc12.encoders import FEATURES
from dmc12.featurize import featurize_batch

ALL = [name for name in FEATURES if name != "true_utility"]
PAST = [("2026-05-20T10:00", 10, 1.0), ("2026-06-09T23:59:59.999999", 20, 0.5)]
CONTEXT = {"context_at": "2026-06-10", "items": [30, 10, 20]}

SETTINGS = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None
)

later_plays = st.lists(
    st.tuples(
        st.sampled_from(["2026-06-10", "2026-06-10T00:00:00.000001", "2026-06-11", "2027-01-01"]),
        st.sampled_from([10, 20, 30]),
        st.floats(0.01, 1e6),
    ),
    max_size=5,
).map(sorted)


def items_of(state, *rows):
    return featurize_batch(contexts(*rows), state, ALL)["items"]


@given(later_plays)
@SETTINGS
def test_plays_at_or_after_the_context_change_nothing(state, later):
    assert items_of(state, CONTEXT | {"plays": PAST + later}).equals(
        items_of(state, CONTEXT | {"plays": PAST})
    )


def test_a_play_just_before_the_context_is_seen(state):
    seen = items_of(state, CONTEXT | {"plays": PAST})
    assert not seen.equals(items_of(state, CONTEXT | {"plays": PAST[:1]}))


@given(later_plays, st.integers(0, 3))
@SETTINGS
def test_a_contexts_features_do_not_depend_on_its_batch(state, plays, place):
    alone = items_of(state, CONTEXT | {"plays": PAST})
    other = {"profile_id": 2, "context_at": "2026-06-10T20:00", "items": [10], "plays": plays}
    rows = [other] * 3
    rows.insert(place, CONTEXT | {"plays": PAST})
    assert items_of(state, *rows)[place].as_py() == alone[0].as_py()


def test_a_slice_of_a_batch_gives_the_same_features(state):
    rows = [
        CONTEXT | {"profile_id": profile, "plays": PAST[: profile % 3], "items": [10, 20][:profile]}
        for profile in (1, 2, 3)
    ]
    whole = featurize_batch(contexts(*rows), state, ALL)
    sliced = featurize_batch(contexts(*rows).slice(1, 2), state, ALL)
    assert sliced["items"].to_pylist() == whole["items"].to_pylist()[1:]


def test_a_play_at_the_very_instant_of_the_context_is_not_seen(state):
    tie = [("2026-06-10", 30, 1.0)]
    assert items_of(state, CONTEXT | {"plays": PAST + tie}).equals(
        items_of(state, CONTEXT | {"plays": PAST})
    )


@pytest.mark.parametrize(
    ("played_at", "is_seen"),
    [
        ("2026-06-09T22:59:59.999999", True),
        ("2026-06-09T23:00", False),
        ("2026-06-09T23:30", False),
    ],
)
def test_a_play_is_seen_once_its_publish_delay_is_over(delayed, played_at, is_seen):
    before = [("2026-05-20T10:00", 10, 1.0)]
    seen = items_of(delayed, CONTEXT | {"plays": [*before, (played_at, 30, 1.0)]})
    assert seen.equals(items_of(delayed, CONTEXT | {"plays": before})) != is_seen


def test_a_leak_of_one_microsecond_is_caught(state):
    leaking = replace(state, publish_delay=-1)  # sees what happens at the very instant
    tie = [("2026-06-10", 30, 1.0)]
    with pytest.raises(AssertionError):
        test_a_play_at_the_very_instant_of_the_context_is_not_seen(leaking)
    assert not items_of(leaking, CONTEXT | {"plays": PAST + tie}).equals(
        items_of(leaking, CONTEXT | {"plays": PAST})
    )
