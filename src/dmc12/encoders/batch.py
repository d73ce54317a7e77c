"""The columns that encoders read: contexts, their items, and the facts visible by then."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from dmc12.encoders.base import Encoder
    from dmc12.encoders.state import State

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

HOUR = 3_600_000_000  # microseconds
DAY = 24 * HOUR
IDLE = 4 * HOUR  # a visit starts with a play that follows the one before by at least this
LONG_AGO = 9999.0  # days: the missing value of every "days since"


@dataclass(frozen=True)
class Batch:
    """n contexts, their m items and their h past plays, flat, as numpy columns.

    Contexts: `profile_id`, `country` (index into `state.countries`), `context_at` and
    `signed_up_at` (microseconds since 1970, UTC), each of length n.
    Items: `item_context` (index of the context, ascending) and `item_title` (index into
    `state.titles`), each of length m.
    Past plays: `play_context` (ascending), `play_title`, `play_at` (ascending within a context) and
    `play_strength`, each of length h; every play was visible before its context.
    """

    state: "State"
    profile_id: Ints
    country: Ints
    context_at: Ints
    signed_up_at: Ints
    item_context: Ints
    item_title: Ints
    play_context: Ints
    play_title: Ints
    play_at: Ints
    play_strength: Floats

    @property
    def n_contexts(self) -> int:
        """Number of contexts."""
        return len(self.profile_id)

    @cached_property
    def _encoded(self) -> dict[str, dict[str, Floats]]:
        """What encoders have made of the batch so far, by their names."""
        return {}

    def encoded(self, encoder: "Encoder") -> dict[str, Floats]:
        """Return what an encoder makes of the batch (m each); it is asked once."""
        if encoder.name not in self._encoded:
            self._encoded[encoder.name] = encoder.encode(self)
        return self._encoded[encoder.name]

    @cached_property
    def play_age_days(self) -> Floats:
        """Days from each past play to its context (h)."""
        return (self.context_at[self.play_context] - self.play_at) / DAY

    @cached_property
    def is_last_play(self) -> NDArray[np.bool_]:
        """Whether a past play is the last before its context (h)."""
        is_last = np.ones(len(self.play_context), dtype=bool)
        is_last[:-1] = self.play_context[1:] != self.play_context[:-1]
        return is_last

    @cached_property
    def starts_visit(self) -> NDArray[np.bool_]:
        """Whether a past play is the first of a visit of its profile's (h)."""
        starts = np.ones(len(self.play_at), dtype=bool)
        starts[1:] = (self.play_context[1:] != self.play_context[:-1]) | (
            self.play_at[1:] - self.play_at[:-1] >= IDLE
        )
        return starts

    @cached_property
    def visit_of_play(self) -> Ints:
        """Number of each past play's visit, counted from 0 through all contexts (h)."""
        return np.cumsum(self.starts_visit) - 1

    @cached_property
    def _pairs(self) -> tuple[Ints, Ints]:
        """Distinct (context, title) pairs of the plays, as sorted keys; the pair of each play."""
        keys, pair_of_play = np.unique(
            self.play_context * self.state.n_titles + self.play_title, return_inverse=True
        )
        return keys, pair_of_play

    @property
    def pair_of_play(self) -> Ints:
        """Index of each past play's (context, title) pair (h)."""
        return self._pairs[1]

    @property
    def n_pairs(self) -> int:
        """Number of distinct (context, title) pairs among the past plays."""
        return len(self._pairs[0])

    @cached_property
    def pair_context(self) -> Ints:
        """Context of each pair."""
        return self._pairs[0] // self.state.n_titles

    @cached_property
    def pair_title(self) -> Ints:
        """Title of each pair."""
        return self._pairs[0] % self.state.n_titles

    @cached_property
    def pair_first_at(self) -> Ints:
        """When each pair was first played, microseconds."""
        first = np.full(self.n_pairs, np.iinfo(np.int64).max)
        np.minimum.at(first, self.pair_of_play, self.play_at)
        return first

    @cached_property
    def pair_last_at(self) -> Ints:
        """When each pair was last played, microseconds."""
        last = np.full(self.n_pairs, np.iinfo(np.int64).min)
        np.maximum.at(last, self.pair_of_play, self.play_at)
        return last

    @cached_property
    def _pair_of_item(self) -> tuple[Ints, NDArray[np.bool_]]:
        """For each item its pair's index (0 where there is none) and whether there is one (m)."""
        keys = self._pairs[0]
        wanted = self.item_context * self.state.n_titles + self.item_title
        if not len(keys):
            return np.zeros_like(wanted), np.zeros(len(wanted), dtype=bool)
        place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        return place, keys[place] == wanted

    def count_by_context(self, chosen: NDArray[np.bool_] | None = None) -> Floats:
        """Count the past plays, or those chosen, of each context (n)."""
        plays = self.play_context if chosen is None else self.play_context[chosen]
        return np.bincount(plays, minlength=self.n_contexts).astype(np.float64)

    def sum_by_pair(self, values: Floats | None = None) -> Floats:
        """Sum a value per past play (or count the plays) into each (context, title) pair."""
        return np.bincount(self.pair_of_play, values, self.n_pairs).astype(np.float64)

    def distinct_by_pair(self, values: Ints) -> Floats:
        """Count the distinct values per past play of each (context, title) pair."""
        order = np.lexsort((values, self.pair_of_play))
        pair, value = self.pair_of_play[order], values[order]
        fresh = np.ones(len(pair), dtype=bool)
        fresh[1:] = (pair[1:] != pair[:-1]) | (value[1:] != value[:-1])
        return np.bincount(pair[fresh], minlength=self.n_pairs).astype(np.float64)

    def of_context(self, values: Floats) -> Floats:
        """Give each item its context's value (n -> m)."""
        return values[self.item_context]

    def of_pair(self, values: Floats, missing: float) -> Floats:
        """Give each item its (context, title) pair's value, `missing` where never played (m)."""
        place, found = self._pair_of_item
        if not self.n_pairs:
            return np.full(len(place), missing)
        return np.where(found, values[place], missing)

    # --- the title snapshot of the context's day -------------------------------------------------

    @cached_property
    def _everywhere(self) -> tuple[Ints, Ints]:
        """The snapshot's group of each context (n) and row of each item (m), all countries."""
        return self._rows(np.zeros_like(self.country))

    @cached_property
    def _in_country(self) -> tuple[Ints, Ints]:
        """The snapshot's group of each context (n) and row of each item (m), its country."""
        return self._rows(self.country)

    def _rows(self, country: Ints) -> tuple[Ints, Ints]:
        popularity = self.state.popularity
        group = popularity.groups_of(self.context_at // DAY, country)
        return group, popularity.rows_of(group, self.item_context, self.item_title)

    def everywhere(self, column: str) -> Floats:
        """Give each item's title its value in all countries' snapshot of the day (m)."""
        return self.state.popularity.values(column, self._everywhere[1])

    def in_country(self, column: str) -> Floats:
        """Give each item's title its value in the country's snapshot of the day (m)."""
        return self.state.popularity.values(column, self._in_country[1])

    def total_everywhere(self, column: str) -> Floats:
        """Give each item its day's sum over all titles, in all countries (m)."""
        return self.of_context(self.state.popularity.total(column, self._everywhere[0]))

    def total_in_country(self, column: str) -> Floats:
        """Give each item its day's sum over all titles, in its context's country (m)."""
        return self.of_context(self.state.popularity.total(column, self._in_country[0]))
