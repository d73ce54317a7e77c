"""The oracle's knowledge: true utilities, made again from the spec alone."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from dmc12.world.latents import Catalogue, cast, catalogue
from dmc12.world.names import FIRST_PROFILE_ID, FIRST_TITLE_ID
from dmc12.world.spec import DAY, WorldSpec
from dmc12.world.utility import fading, recency, repeat, standing, trend

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

MICROSECONDS = 1_000_000  # in a second


class Truth:
    """The true utilities of a world; ranking a visit's titles by them is the ceiling."""

    def __init__(self, spec: WorldSpec) -> None:
        self.spec = spec
        self.catalogue: Catalogue = catalogue(spec)
        # a context's neighbours share its profile and its day; a few of each bound the memory
        self._profile = lru_cache(maxsize=256)(self._make_profile)
        self._trend = lru_cache(maxsize=256)(self._make_trend)

    def utilities(
        self,
        profile_id: int,
        at: np.int64,
        show_title_ids: Ints,
        own_titles: Ints,
        own_played_at: Ints,
    ) -> Floats:
        """Give the utility of each title (n) to a profile at a moment, given its own plays (h).

        `at` and `own_played_at` are microseconds since 1970, UTC; every own play lies strictly
        before `at`. Whether a title is on offer then and there is not asked. Raise ValueError for
        an unknown profile or title and for a play at or after `at`.
        """
        spec, titles, weights = self.spec, self.catalogue, self.spec.weights
        title, own = self._index(show_title_ids), self._index(own_titles)
        if len(own_titles) != len(own_played_at):
            raise ValueError(f"{len(own_titles)} own titles, but {len(own_played_at)} moments")
        if len(own_played_at) and own_played_at.max() >= at:
            raise ValueError("an own play lies at or after the context: that would be a leak")
        fixed, rewatch = self._profile(int(profile_id))
        day = int((int(at) // MICROSECONDS - spec.starts_second) // DAY)
        age = (int(at) - np.asarray(own_played_at, dtype=np.int64)) / (MICROSECONDS * DAY)

        plays = np.bincount(own, minlength=spec.titles).astype(np.float64)
        since = np.full(spec.titles, np.inf)
        np.minimum.at(since, own, age)

        recent = fading(weights.recent_days, age)
        creators = np.bincount(titles.creator[own], recent, titles.n_creators)
        genre_share = titles.genres[title] @ (recent @ titles.genres[own]) / (1.0 + recent.sum())
        creator_share = creators[titles.creator[title]] / (1.0 + recent.sum())
        return np.asarray(
            fixed[title]
            + self._trend(day)[title]
            + repeat(weights, rewatch * titles.rewatch[title], plays[title], since[title])
            + recency(weights, genre_share, creator_share)
        )

    def _make_profile(self, profile_id: int) -> tuple[Floats, Floats]:
        """Give a profile's standing utilities (n) and its rewatch (1)."""
        if not 0 <= profile_id - FIRST_PROFILE_ID < self.spec.profiles:
            raise ValueError(f"profile {profile_id} is not of this world")
        profile = cast(self.spec, np.array([profile_id]))
        return standing(self.spec.weights, self.catalogue, profile)[0], profile.rewatch

    def _make_trend(self, day: int) -> Floats:
        return trend(self.spec, self.catalogue, day)

    def _index(self, show_title_ids: Ints) -> Ints:
        """Give each title's index; raise ValueError for one that is not of this world."""
        index = np.asarray(show_title_ids, dtype=np.int64) - FIRST_TITLE_ID
        outside = (index < 0) | (index >= self.spec.titles)
        if outside.any():
            stranger = int(index[outside][0]) + FIRST_TITLE_ID
            raise ValueError(f"title {stranger} is not of this world")
        return index
