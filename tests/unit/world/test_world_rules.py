"""No play breaks a rule of the world, and visits can be told apart by idle time."""

import numpy as np
import pytest
from recordings import seconds

from dmc12 import draws
from dmc12.world.devices import DEVICES, HABIT, SHARES, devices
from dmc12.world.names import COUNTRIES

HOUR = 3600
DAY = 24 * HOUR


@pytest.fixture(params=["declared_world", "large_catalogue"])
def recorded(request):
    return request.getfixturevalue(request.param)


def _of(table, key, column):
    values = seconds(table[column]) if column.endswith("_at") else table[column].to_pylist()
    return dict(zip(table[key].to_pylist(), values, strict=True))


def test_plays_follow_sign_up_launch_and_lie_in_the_window(recorded):
    signed_up = _of(recorded.world.profiles, "profile_id", "signed_up_at")
    launched = _of(recorded.world.titles, "show_title_id", "launched_at")
    played = recorded.plays("played_at")
    assert (played > [signed_up[profile] for profile in recorded.plays("profile_id")]).all()
    assert (played > [launched[title] for title in recorded.plays("show_title_id")]).all()
    assert (played >= recorded.spec.starts_second).all()
    assert (played < recorded.spec.ends_second).all()


def test_titles_are_played_where_they_are_available(recorded):
    country = _of(recorded.world.profiles, "profile_id", "country_iso_code")
    offered = _of(recorded.world.titles, "show_title_id", "countries")
    pairs = zip(recorded.plays("profile_id"), recorded.plays("show_title_id"), strict=True)
    assert all(
        offered[title] == "*" or country[profile] in offered[title].split("|")
        for profile, title in pairs
    )


def test_four_idle_hours_tell_visits_apart(recorded):
    profile, played = recorded.plays("profile_id"), recorded.plays("played_at")
    gap = np.diff(played)
    starts = np.ones(len(played), dtype=bool)
    starts[1:] = (profile[1:] != profile[:-1]) | (gap >= 4 * HOUR)
    visit = np.cumsum(starts) - 1
    told = set(zip(profile[starts].tolist(), played[starts].tolist(), strict=True))
    true = {
        (int(who), int(at))
        for wave in recorded.waves
        for who, at in zip(wave.profile_id, wave.at, strict=True)
    }
    assert told == true
    within = gap[~starts[1:]]
    assert within.min() >= 20 * 60
    assert within.max() < HOUR
    start_of_play = played[starts][visit]
    assert (played - start_of_play).max() < 5 * HOUR
    same = profile[starts][1:] == profile[starts][:-1]
    assert np.diff(played[starts])[same].min() >= 6 * HOUR


def test_a_visit_plays_distinct_titles(recorded):
    profile, played = recorded.plays("profile_id"), recorded.plays("played_at")
    visit = np.cumsum(np.r_[True, (np.diff(played) >= 4 * HOUR) | (np.diff(profile) != 0)])
    pairs = set(zip(visit.tolist(), recorded.plays("show_title_id").tolist(), strict=True))
    assert len(pairs) == len(visit)


def test_play_ids_are_distinct_and_in_order_of_time(recorded):
    plays = recorded.world.plays
    assert (np.diff(plays["play_id"].to_numpy()) > 0).all()
    assert (np.diff(seconds(plays["played_at"])) >= 0).all()


def test_strengths_lie_in_the_unit_interval_and_rise_with_repeats(declared_world):
    strength = declared_world.plays("strength")
    assert strength.min() > 0
    assert strength.max() <= 1
    profile, title = declared_world.plays("profile_id"), declared_world.plays("show_title_id")
    first = np.zeros(len(strength), dtype=bool)
    first[np.unique(profile * 100_000 + title, return_index=True)[1]] = True
    assert strength[~first].mean() > strength[first].mean() + 0.1


def test_ids_of_profiles_and_titles_differ(declared_world):
    profiles = set(declared_world.world.profiles["profile_id"].to_pylist())
    assert not profiles & set(declared_world.world.titles["show_title_id"].to_pylist())


def test_titles_have_distinct_names(declared_world):
    titles = declared_world.world.titles
    assert len(set(titles["title"].to_pylist())) == len(titles)


def test_some_titles_launch_in_the_window_and_some_are_not_everywhere(declared_world):
    launched = seconds(declared_world.world.titles["launched_at"])
    assert 10 < (launched >= declared_world.spec.starts_second).sum() < 60
    countries = declared_world.world.titles["countries"].to_pylist()
    assert 30 < sum(value != "*" for value in countries) < 100


def test_every_stratum_of_the_test_weeks_holds_plenty(declared_world):
    country = _of(declared_world.world.profiles, "profile_id", "country_iso_code")
    signed_up = _of(declared_world.world.profiles, "profile_id", "signed_up_at")
    groups = [code.iso_code for code in COUNTRIES[:5]]
    held = np.zeros((6, 3), dtype=int)
    for wave in declared_world.waves:
        for who, at in zip(wave.profile_id.tolist(), wave.at.tolist(), strict=True):
            if at >= declared_world.spec.ends_second - 14 * DAY:
                group = groups.index(country[who]) if country[who] in groups else 5
                held[group, np.digitize((at - signed_up[who]) / DAY, [28, 365])] += 1
    assert held.min() >= 30
    assert held.sum() > 2000


def test_a_visit_has_one_device_and_a_profile_two_at_most(recorded):
    profile, played, device = map(recorded.plays, ("profile_id", "played_at", "device"))
    same_visit = (profile[1:] == profile[:-1]) & (np.diff(played) < 4 * HOUR)
    assert (device[1:] == device[:-1])[same_visit].all()
    used = {}
    for who, what in zip(profile.tolist(), device.tolist(), strict=True):
        used.setdefault(who, set()).add(what)
    assert set().union(*used.values()) == set(DEVICES)
    assert {len(devices) for devices in used.values()} == {1, 2}


def test_most_visits_are_on_the_habitual_device():
    profiles, visits = np.arange(4000), np.arange(50)
    of_profile = draws.keys(draws.stream(1, "device"), profiles)
    of_visit = draws.keys(draws.keys(draws.stream(1, "visit_device"), profiles[:, None]), visits)
    drawn = devices(of_profile, of_visit)
    counts = np.stack([(drawn == index).sum(axis=1) for index in range(len(DEVICES))], axis=1)
    shares = counts.sum(axis=0) / counts.sum()
    assert shares == pytest.approx(SHARES, abs=0.025)
    second_is_another = 1 - np.square(SHARES).sum()
    assert counts.max(axis=1).mean() / 50 == pytest.approx(
        1 - (1 - HABIT) * second_is_another, abs=0.01
    )
