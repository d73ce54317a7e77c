"""What a visit is shown belongs to it, and its propensity is the logging policy's probability."""

from collections import Counter

import numpy as np
import pytest

from dmc12.world.simulate import simulate
from dmc12.world.slates import slates
from dmc12.world.spec import DAY, WorldSpec

SCORES = [0.3, -np.inf, 2.0, 0.3, -1.0, 0.9]  # five titles on offer; ranks 2 5 0 3 4
BY_RANK = [2, 5, 0, 3, 4]


def test_a_slate_goes_on_from_where_it_starts():
    h5 = 1 + 1 / 2 + 1 / 3 + 1 / 4 + 1 / 5
    chance = np.array([0.5 / h5, 1.2 / h5, (h5 - 0.01) / h5])
    place, propensity = slates(np.tile(SCORES, (3, 1)), chance, 3)
    assert place.tolist() == [[2, 5, 0], [5, 0, 3], [4, 2, 5]]
    starts = np.array([1, 1 / 2, 1 / 5]) / h5
    np.testing.assert_allclose(propensity, np.tile(starts[:, None], 3), atol=1e-8)


def test_propensity_is_how_often_a_title_stands_at_a_position():
    draws = 100_000
    chance = (np.arange(draws) + 0.5) / draws  # every quantile, so frequencies are exact to 1/draws
    place, propensity = slates(np.tile(SCORES, (draws, 1)), chance, 4)
    for position in range(4):
        seen = Counter(place[:, position].tolist())
        assert sorted(seen) == sorted(BY_RANK)
        for title, times in seen.items():
            (stated,) = set(propensity[place[:, position] == title, position].tolist())
            assert stated == pytest.approx(times / draws, abs=2 / draws)


def test_a_slate_shows_no_more_than_there_is():
    nothing = np.full((1, 3), -np.inf)
    two = np.array([[1.0, -np.inf, 5.0]])
    place, propensity = slates(np.vstack([nothing, two]), np.array([0.1, 0.1]), 4)
    assert place.tolist() == [[-1, -1, -1], [2, 0, -1]]
    assert propensity.tolist() == [[0, 0, 0], [pytest.approx(2 / 3), pytest.approx(2 / 3), 0]]


def test_every_logged_visit_shows_a_slate_of_titles_on_offer(declared_world):
    spec = declared_world.spec
    logged_from = spec.starts_second + spec.slates_from_day * DAY
    on_offer = {
        (profile, at): set(titles[np.isfinite(utility)].tolist())
        for wave in declared_world.waves
        for profile, at, titles, utility in zip(
            wave.profile_id.tolist(), wave.at.tolist(), wave.show_title_id, wave.utility,
            strict=True,
        )
        if at >= logged_from
    }  # fmt: skip
    profile, at = declared_world.impressions("profile_id"), declared_world.impressions("shown_at")
    title = declared_world.impressions("show_title_id")
    slate = {visit: [] for visit in on_offer}
    for visit, shown in zip(zip(profile.tolist(), at.tolist(), strict=True), title, strict=True):
        slate[visit].append(int(shown))
    assert len(slate) > 10_000
    assert all(len(set(shown)) == spec.slate for shown in slate.values())
    assert all(set(shown) <= on_offer[visit] for visit, shown in slate.items())
    position = declared_world.impressions("position")
    assert (position.reshape(-1, spec.slate) == np.arange(1, spec.slate + 1)).all()


def test_slates_start_at_a_rank_as_often_as_stated(declared_world):
    # Of the visits with n titles on offer a share 1 / H(n) start at the best. By the normal
    # approximation the count stays within 3.3 standard deviations but once in 1,000 worlds.
    n = np.concatenate([np.isfinite(wave.utility).sum(axis=1) for wave in declared_world.waves])
    at = np.concatenate([wave.at for wave in declared_world.waves])
    spec = declared_world.spec
    logged = at >= spec.starts_second + spec.slates_from_day * DAY
    best = 1 / np.cumsum(1 / np.arange(1, spec.titles + 1))[n[logged] - 1]
    first = declared_world.impressions("propensity")[declared_world.impressions("position") == 1]
    starts_at_best = (first > 0.12).sum()  # the second rank has half the first's probability
    deviation = np.sqrt((best * (1 - best)).sum())
    assert abs(starts_at_best - best.sum()) < 3.3 * deviation


def test_the_policys_best_title_is_played_far_more_often_than_others(declared_world):
    # of slates that start at the policy's best title, how often that title is played in the visit
    played = set(
        zip(
            declared_world.plays("profile_id").tolist(),
            declared_world.plays("show_title_id").tolist(),
            declared_world.plays("played_at").tolist(),
            strict=True,
        )
    )
    by_pair = {}
    for profile, title, at in played:
        by_pair.setdefault((profile, title), []).append(at)
    rows = zip(
        declared_world.impressions("profile_id").tolist(),
        declared_world.impressions("show_title_id").tolist(),
        declared_world.impressions("shown_at").tolist(),
        declared_world.impressions("position").tolist(),
        declared_world.impressions("propensity").tolist(),
        strict=True,
    )
    hits = {True: [], False: []}
    for profile, title, at, position, propensity in rows:
        if position == 1:
            taken = any(0 <= moment - at < 6 * 3600 for moment in by_pair.get((profile, title), ()))
            hits[propensity > 0.12].append(taken)
    assert np.mean(hits[True]) > 3 * np.mean(hits[False]) > 0


def test_what_is_shown_moves_no_choice():
    spec = WorldSpec(seed=5, profiles=40, titles=40, days=30)
    shown = simulate(spec.model_copy(update={"slates_from_day": 0, "slate": 3}))
    unshown = simulate(spec.model_copy(update={"slate": 0, "slates_from_day": 0}))
    assert shown.plays == unshown.plays
    assert len(shown.impressions) > 0 == len(unshown.impressions)
