"""What strategies draw from: some contexts with what their profiles played and were shown."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from dmc12.columns import microseconds, places_in
from dmc12.coplays import Coplays
from dmc12.negatives.catalogue import Catalogue, Popularity
from dmc12.negatives.pairs import Pairs
from dmc12.negatives.race import Listed, Pool, Spread

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class State:
    """What is the same for all contexts. A strategy's own part is none where it is not drawn by."""

    catalogue: Catalogue
    popularity: Popularity | None = None
    neighbours: Coplays | None = None


@dataclass(frozen=True)
class Batch:
    """n contexts, and which pairs (context, title) were played or shown, and when."""

    state: State
    profile_id: Ints  # n
    context_at: Ints  # n: microseconds
    lists: Ints  # n: the country's list in the catalogue
    past: Pairs  # played before the context
    window: Pairs  # played in the label window
    shown: Pairs  # shown in the label window

    @property
    def n_contexts(self) -> int:
        """Number of contexts."""
        return len(self.profile_id)

    def listed(self, context: Ints, title: Ints, weight: Floats) -> Listed:
        """Make pools of the pairs that are on offer; pairs are distinct and ascending."""
        first, last = self.state.catalogue.span(self.lists, self.context_at)
        place = self.state.catalogue.place[self.lists[context], title]
        stays = (place >= first[context]) & (place < last[context]) & (weight > 0)
        pairs = Pairs(context[stays], title[stays], len(self.state.catalogue.titles))
        return Listed(self.state.catalogue, self.n_contexts, pairs, weight[stays])

    def spread(self, cumulative: Floats, level: Ints) -> Spread:
        """Make pools of all titles on offer, by the cumulative weights of places."""
        first, last = self.state.catalogue.span(self.lists, self.context_at)
        return Spread(self.state.catalogue, self.lists, first, last, level, cumulative)


@dataclass(frozen=True)
class Strategy:
    """A way to draw negatives: what it draws from, and whether from the profile's own past."""

    name: str
    pool: Callable[[Batch], Pool]
    draws_past: bool = False


def to_batch(contexts: pa.RecordBatch, state: State, horizon: int) -> Batch:
    """Take contexts with their profiles' `plays` and, if they have any, `impressions`.

    `horizon` is the label window in microseconds. Titles that the catalogue lacks are left out.
    """
    context_at = microseconds(contexts["context_at"])

    def events(column: str, moment: str) -> tuple[Ints, Ints, Ints]:
        lists = contexts[column]
        context = lists.value_parent_indices().to_numpy().astype(np.int64)
        values = lists.flatten()
        title = places_in(state.catalogue.titles, values.field("show_title_id").to_numpy())
        since = microseconds(values.field(moment)) - context_at[context]
        known = title >= 0
        return context[known], title[known], since[known]

    n_titles = len(state.catalogue.titles)
    context, title, since = events("plays", "played_at")
    before, within = since < 0, (since >= 0) & (since < horizon)
    shown = Pairs.none(n_titles)
    if "impressions" in contexts.schema.names:
        at, what, after = events("impressions", "shown_at")
        seen = (after >= 0) & (after < horizon)
        shown = Pairs(at[seen], what[seen], n_titles)
    return Batch(
        state=state,
        profile_id=contexts["profile_id"].to_numpy(),
        context_at=context_at,
        lists=state.catalogue.list_of(contexts["country_iso_code"].to_pylist()),
        past=Pairs(context[before], title[before], n_titles),
        window=Pairs(context[within], title[within], n_titles),
        shown=shown,
    )
