"""The stated utility: what a title is worth to a profile at a moment, given what it played before.

Pure functions of latents and history; the simulator chooses by them and the oracle ranks by them.
"""

import numpy as np
from numpy.typing import NDArray

from dmc12.world.latents import Cast, Catalogue
from dmc12.world.spec import Weights, WorldSpec

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def standing(weights: Weights, titles: Catalogue, profiles: Cast) -> Floats:
    """Give the part that never moves, profiles x titles: tastes, appeal in the country, quality."""
    country = weights.country_taste * titles.country_taste @ titles.genres.T
    country += weights.country_appeal * titles.country_appeal + weights.quality * titles.quality
    return weights.taste * profiles.taste @ titles.genres.T + country[profiles.country]


def trend(spec: WorldSpec, titles: Catalogue, day: int) -> Floats:
    """Give each title's trend on a day since the window's start (n); it moves at 00:00 UTC.

    A launch decays with the title's age; a burst starts of a sudden and decays.
    """
    age = np.maximum(day - spec.first_days(titles.launched), 0.0)
    since = day - titles.burst_at
    burst = np.where(since >= 0, np.exp(-np.maximum(since, 0.0) / spec.weights.burst_days), 0.0)
    return np.asarray(
        spec.weights.launch * np.exp(-age / spec.weights.launch_days)
        + spec.weights.burst * (titles.burst_size * burst).sum(axis=1)
    )


def repeat(weights: Weights, rewatch: Floats, plays: Floats, days_since: Floats) -> Floats:
    """Give what own plays of a title add: the wish to play it again, dulled right after a play.

    `plays` counts the own plays of the title, `days_since` is the age of the last one (infinite for
    none), `rewatch` is the profile's times the title's.
    """
    wish = weights.repeat * rewatch * plays / (1.0 + plays)
    dulled = weights.dulling * fading(weights.dulling_days, days_since)
    return wish * fading(weights.repeat_days, days_since) - dulled


def recency(weights: Weights, genre_share: Floats, creator_share: Floats) -> Floats:
    """Give what recent own plays add to titles of their genres and their creators.

    A share sums `fading(recent_days, age)` over own plays in the title's genres (by its creator)
    and divides by 1 + the sum over all own plays.
    """
    return weights.recent_genre * genre_share + weights.recent_creator * creator_share


def fading(scale: float, age: Floats) -> Floats:
    """Let a past event fade with its age, on a scale of days."""
    return np.asarray(np.exp(-age / scale))
