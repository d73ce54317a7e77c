"""When profiles visit and how many titles they play: their activity, before any choice."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dmc12 import draws
from dmc12.world.devices import devices
from dmc12.world.latents import Cast
from dmc12.world.names import COUNTRIES, FIRST_PROFILE_ID
from dmc12.world.spec import DAY, WorldSpec

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

HOUR = 3600
PLAYS_SHARES = (0.36, 0.30, 0.19, 0.10, 0.05)  # of visits with 1, 2, ... plays
PLAY_GAP = (20 * 60, 60 * 60)  # seconds between the starts of two plays of a visit, [low, high)
VISIT_GAP = 9 * HOUR  # at least so long between two visits' starts: idle for over 5 hours between
SPAN = (len(PLAYS_SHARES) - 1) * PLAY_GAP[1]  # all plays of a visit start before this
NEVER = np.iinfo(np.int64).max

# relative frequency of a visit's start by local hour, from midnight
_DIURNAL = (
    3, 2, 1, 1, 1, 1, 2, 4, 5, 5, 5, 6, 8, 8, 7, 7, 8, 10, 14, 20, 24, 22, 15, 7,
)  # fmt: skip
_WEEKEND = 1.4  # times as many visits on Saturdays and Sundays
_KEEN = (28, 2.0)  # so many days after sign-up, times as many visits


@dataclass(frozen=True)
class Visits:
    """Visits of n profiles, by profile and then in order of time, padded with NEVER."""

    start: Ints  # n x most visits: seconds since 1970
    plays: Ints  # n x most visits: how many titles are played
    play_at: Ints  # n x most visits x most plays: seconds since 1970
    device: Ints  # n x most visits: index into DEVICES


def visits(spec: WorldSpec, profiles: Cast) -> Visits:
    """Draw the visits of the given profiles."""
    start = _thinned(np.sort(_wished(spec, profiles), axis=1))
    most = int((start < NEVER).sum(axis=1).max(initial=0))
    start = start[:, :most]
    of = _keys(spec, "visit", profiles, most)
    plays = 1 + np.searchsorted(np.cumsum(PLAYS_SHARES[:-1]), draws.uniform(of))
    low, high = PLAY_GAP
    gap = low + np.floor(
        (high - low) * draws.uniform(draws.keys(of[..., None], np.arange(len(PLAYS_SHARES) - 1)))
    ).astype(np.int64)
    offset = np.concatenate([np.zeros((*gap.shape[:2], 1), np.int64), gap.cumsum(axis=2)], axis=2)
    play_at = np.where(start[..., None] < NEVER, start[..., None], 0) + offset
    habits = draws.keys(draws.stream(spec.seed, "device"), profiles.profile_id - FIRST_PROFILE_ID)
    device = devices(habits, _keys(spec, "visit_device", profiles, most))
    return Visits(start=start, plays=plays, play_at=play_at, device=device)


def _keys(spec: WorldSpec, name: str, profiles: Cast, columns: int) -> draws.Keys:
    """Give keys of a stream, profiles x columns."""
    index = (profiles.profile_id - FIRST_PROFILE_ID)[:, None]
    return draws.keys(draws.keys(draws.stream(spec.seed, name), index), np.arange(columns))


def _wished(spec: WorldSpec, profiles: Cast) -> Ints:
    """Draw when profiles would like to visit: up to twice a local day, and soon after sign-up."""
    days = np.repeat(np.arange(-1, spec.days + 1), 2)
    of = _keys(spec, "wish", profiles, len(days))
    offset = np.array([round(country.utc_offset * HOUR) for country in COUNTRIES])
    midnight = spec.starts_second + days * DAY
    weekday = (midnight // DAY + 3) % 7  # 1970-01-01 was a Thursday; 0 is Monday
    hours = np.concatenate([[0.0], np.cumsum(_DIURNAL) / np.sum(_DIURNAL)])
    second = np.interp(draws.uniform(draws.keys(of, 0)), hours, np.arange(25.0) * HOUR)
    wished = midnight + np.floor(second).astype(np.int64) - offset[profiles.country][:, None]
    signed_up = profiles.signed_up[:, None]
    keen = wished < signed_up + _KEEN[0] * DAY
    chance = profiles.visits_a_day[:, None] / 2 * np.where(weekday >= 5, _WEEKEND, 1.0)
    chance = chance * np.where(keen, _KEEN[1], 1.0)
    first = signed_up + 120 + np.floor(1500 * draws.uniform(of[:, :1])).astype(np.int64)
    wants = (draws.uniform(draws.keys(of, 1)) < chance) & (wished >= signed_up + HOUR)
    every = np.concatenate([first, np.where(wants, wished, NEVER)], axis=1)
    # the whole visit lies within the window, so that no play is ever cut off
    inside = (every >= spec.starts_second) & (every < spec.ends_second - SPAN)
    return np.where(inside, every, NEVER)


def _thinned(wished: Ints) -> Ints:
    """Keep each profile's first wish, and each that comes VISIT_GAP or more after the last kept."""
    kept = np.full_like(wished, NEVER)
    earliest = np.full(len(wished), np.iinfo(np.int64).min)
    for column in range(wished.shape[1]):
        moment = wished[:, column]
        keep = (moment >= earliest) & (moment < NEVER)
        kept[keep, column] = moment[keep]
        earliest[keep] = moment[keep] + VISIT_GAP
    return np.sort(kept, axis=1)
