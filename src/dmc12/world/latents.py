"""What no table shows: the hidden traits of titles, countries and profiles.

Each is a function of the spec and an id, so that a part of a world can be made again on its own.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dmc12 import draws
from dmc12.world.names import COUNTRIES, COUNTRY_EXPONENT, FIRST_PROFILE_ID, GENRES
from dmc12.world.spec import DAY, WorldSpec

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

BURSTS = 2  # bursts a title may have within the window


@dataclass(frozen=True)
class Catalogue:
    """All titles (n of them), and what each country makes of them."""

    genres: Floats  # n x genres: a title's weight of 1 spread evenly over its genres
    creator: Ints  # n: index of its creator
    n_creators: int
    launched: Ints  # n: seconds since 1970
    available: Flags  # countries x n
    quality: Floats  # n, standard normal
    rewatch: Floats  # n, about 1: how well it bears being played again
    burst_at: Floats  # n x BURSTS: days since the window's start
    burst_size: Floats  # n x BURSTS: 0 for none, else in [0.5, 1.5]
    country_taste: Floats  # countries x genres, standard normal
    country_appeal: Floats  # countries x n, standard normal, plus 2 at home


@dataclass(frozen=True)
class Cast:
    """Some profiles (n of them)."""

    profile_id: Ints  # n
    country: Ints  # n: index into COUNTRIES
    signed_up: Ints  # n: seconds since 1970
    taste: Floats  # n x genres, each row sums to 1
    rewatch: Floats  # n, about 1: how fond the profile is of playing a title again
    visits_a_day: Floats  # n


def catalogue(spec: WorldSpec) -> Catalogue:
    """Make the titles of a world."""
    seed, n = spec.seed, spec.titles
    title = np.arange(n)
    country = np.arange(len(COUNTRIES))[:, None]
    home = _pick(draws.uniform(draws.keys(draws.stream(seed, "home"), title)), _country_shares())
    restricted = draws.uniform(draws.keys(draws.stream(seed, "restricted"), title)) < 0.2
    exported = (
        draws.uniform(draws.keys(draws.keys(draws.stream(seed, "exported"), country), title)) < 0.5
    )
    n_creators = max(1, n // 4)
    bursts = draws.keys(draws.keys(draws.stream(seed, "burst"), title[:, None]), np.arange(BURSTS))
    size = draws.uniform(draws.keys(bursts, 1))
    return Catalogue(
        genres=_genres(seed, title),
        creator=np.floor(
            n_creators * draws.uniform(draws.keys(draws.stream(seed, "creator"), title)) ** 1.5
        ).astype(np.int64),
        n_creators=n_creators,
        launched=_launches(spec, title),
        available=~restricted | (home == country) | exported,
        quality=draws.normal(draws.keys(draws.stream(seed, "quality"), title)),
        rewatch=0.7 + 0.6 * draws.uniform(draws.keys(draws.stream(seed, "title_rewatch"), title)),
        burst_at=draws.uniform(draws.keys(bursts, 0)) * (spec.days + 20.0) - 20.0,
        burst_size=np.where(size < 0.3, 0.5 + size / 0.3, 0.0),
        country_taste=draws.normal(
            draws.keys(
                draws.keys(draws.stream(seed, "country_taste"), country), np.arange(len(GENRES))
            )
        ),
        country_appeal=draws.normal(
            draws.keys(draws.keys(draws.stream(seed, "country_appeal"), country), title)
        )
        + 2.0 * (home == country),
    )


def cast(spec: WorldSpec, profile_id: Ints) -> Cast:
    """Make the profiles of the given ids (n)."""
    seed = spec.seed
    index = profile_id - FIRST_PROFILE_ID
    likes = draws.normal(
        draws.keys(draws.keys(draws.stream(seed, "taste"), index[:, None]), np.arange(len(GENRES)))
    )
    likes = np.exp(3.0 * likes)
    pace = draws.normal(draws.keys(draws.stream(seed, "pace"), index))
    return Cast(
        profile_id=profile_id,
        country=_pick(
            draws.uniform(draws.keys(draws.stream(seed, "country"), index)), _country_shares()
        ),
        signed_up=_sign_ups(spec, index),
        taste=likes / likes.sum(axis=1, keepdims=True),
        rewatch=0.6 + 0.8 * draws.uniform(draws.keys(draws.stream(seed, "profile_rewatch"), index)),
        visits_a_day=np.minimum(0.125 * np.exp(0.65 * pace), 1.6),
    )


def _country_shares() -> Floats:
    """Give each country its Zipf share of profiles."""
    weight = np.arange(1.0, len(COUNTRIES) + 1) ** -COUNTRY_EXPONENT
    return np.asarray(weight / weight.sum())


def _pick(chance: Floats, shares: Floats) -> Ints:
    """Turn uniform draws into indices that come up in the given shares."""
    return np.minimum(np.searchsorted(np.cumsum(shares), chance), len(shares) - 1)


def _genres(seed: int, title: Ints) -> Floats:
    """Give each title one to three genres of equal weight."""
    count = _pick(
        draws.uniform(draws.keys(draws.stream(seed, "genre_count"), title)),
        np.array([0.5, 0.4, 0.1]),
    )
    order = draws.uniform(
        draws.keys(draws.keys(draws.stream(seed, "genre"), title[:, None]), np.arange(len(GENRES)))
    )
    rank = np.argsort(np.argsort(order, axis=1), axis=1)
    has = rank <= count[:, None]
    return np.asarray(has / has.sum(axis=1, keepdims=True))


def _launches(spec: WorldSpec, title: Ints) -> Ints:
    """Launch most titles in the eight years before the window, one in eight within it."""
    chance = draws.uniform(draws.keys(draws.stream(spec.seed, "launch"), title))
    before = spec.starts_second - 8 * 365 * DAY * (chance - 0.125)
    within = spec.starts_second + spec.days * DAY * (chance / 0.125)
    return np.floor(np.where(chance < 0.125, within, before)).astype(np.int64)


def _sign_ups(spec: WorldSpec, index: Ints) -> Ints:
    """Sign up 35 % within the window, 30 % in the year before it, 35 % in the two before that."""
    of = draws.keys(draws.stream(spec.seed, "sign_up"), index)
    era, chance = draws.uniform(of), draws.uniform(draws.keys(of, 0))
    days = np.select(
        [era < 0.35, era < 0.65],
        [chance * spec.days, -365.0 * chance],
        default=-365.0 - 730.0 * chance,
    )
    return np.asarray(np.floor(spec.starts_second + days * DAY), dtype=np.int64)
