"""Weighted draws without replacement, by hash: a context's titles race, and the first ones win.

Title i arrives at an exponential time of rate w[i]. The first arrivals are a draw without
replacement in which each next title comes up in proportion to its weight (Efraimidis and Spirakis
2006). `Listed` lets every title of a short list race. `Spread` makes the arrivals of a long list in
their order: after an exponential time of rate sum(w) the next one is title i with probability
w[i] / sum(w), found by a hashed place among cumulative weights; what is excluded or came before is
passed over. Both are one distribution; the second takes O(wanted x log(titles)) a context.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from dmc12 import draws
from dmc12.negatives.catalogue import GRAIN, Catalogue
from dmc12.negatives.pairs import Pairs

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

FEW = 8  # lists of up to so many times what is wanted race title by title
ROUNDS = 3  # of probes, each four times as many, before the titles not yet seen race
_TIMES, _REST = 2**61, 2**62  # apart from places and title ids, in a context's streams


@dataclass(frozen=True)
class Arrivals:
    """Titles in the order of (context, time): up to one more a context than is wanted."""

    context: Ints
    title: Ints
    time: Floats

    @property
    def place(self) -> Ints:
        """The place of each among its context's: 0, 1, ..."""
        return np.arange(len(self.context)) - np.searchsorted(self.context, self.context)


class Pool(Protocol):
    """The titles that a strategy draws from in each of n contexts, and their weights."""

    def weight_of(self, context: Ints, title: Ints) -> Floats:
        """Give the weight of each pair, 0 for a title that is not in the context's pool."""
        ...

    def totals(self) -> Floats:
        """Give the sum of each context's weights (n)."""
        ...

    def arrivals(self, key: draws.Keys, wanted: int, excluded: Pairs) -> Arrivals:
        """Give the first `wanted` + 1 titles of each context, none of them excluded."""
        ...


@dataclass(frozen=True)
class Listed:
    """Pools that name each title: pairs with their weights, above 0."""

    catalogue: Catalogue
    n_contexts: int
    pairs: Pairs
    weight: Floats

    def weight_of(self, context: Ints, title: Ints) -> Floats:
        """Look the pairs up."""
        if not len(self.weight):
            return np.zeros(len(context))
        at = self.pairs.find(context, title)
        return np.where(at >= 0, self.weight[at], 0.0)

    def totals(self) -> Floats:
        """Add up the weights."""
        return np.bincount(self.pairs.context, self.weight, self.n_contexts).astype(np.float64)

    def arrivals(self, key: draws.Keys, wanted: int, excluded: Pairs) -> Arrivals:
        """Let every title race."""
        context, title = self.pairs.context, self.pairs.title
        stays = ~excluded.has(context, title)
        context, title, weight = context[stays], title[stays], self.weight[stays]
        time = _times(key[context], self.catalogue.titles[title]) / weight
        return _first(context, title, time, wanted)


@dataclass(frozen=True)
class Spread:
    """Pools that are the catalogue's places [first, last) of each context.

    The weights of p places, multiples of GRAIN, follow one another for each of some levels;
    `cumulative` has a 0 in front, and a context's `level` says where its weights begin.
    """

    catalogue: Catalogue
    lists: Ints
    first: Ints
    last: Ints
    level: Ints
    cumulative: Floats

    def weight_of(self, context: Ints, title: Ints) -> Floats:
        """Look the titles' places up."""
        place = self.catalogue.place[self.lists[context], title].astype(np.int64)
        out = (place >= 0) & (place < self.last[context])
        at = np.where(out, self.level[context] + place, 0)
        return np.where(out, self.cumulative[at + 1] - self.cumulative[at], 0.0)

    def totals(self) -> Floats:
        """Subtract cumulative weights."""
        return np.asarray(
            self.cumulative[self.level + self.last] - self.cumulative[self.level + self.first]
        )

    def arrivals(self, key: draws.Keys, wanted: int, excluded: Pairs) -> Arrivals:
        """Let short lists race, and probe long ones."""
        size = self.last - self.first
        few = np.flatnonzero(size <= FEW * (wanted + 1))
        many = np.flatnonzero((size > FEW * (wanted + 1)) & (self.totals() > 0))
        found = [self._race(few, key, wanted, excluded)]
        probes = wanted + wanted // 4 + 16
        for _ in range(ROUNDS):
            if not len(many):
                break
            arrived, _ = self._probe(many, key, probes, wanted, excluded)
            full = np.bincount(arrived.context, minlength=len(size))[many] > wanted
            found.append(_of(arrived, many[full], len(size)))
            many, probes = many[~full], 4 * probes
        if len(many):
            arrived, until = self._probe(many, key, probes, wanted, excluded)
            seen = Pairs(arrived.context, arrived.title, len(self.catalogue.titles))
            # of an exponential time that has not come yet, the rest is such a time again
            rest = self._race(many, draws.keys(key, _REST), wanted, excluded.plus(seen))
            found.append(arrived)
            found.append(Arrivals(rest.context, rest.title, until[rest.context] + rest.time))
        return _first(
            np.concatenate([each.context for each in found]),
            np.concatenate([each.title for each in found]),
            np.concatenate([each.time for each in found]),
            wanted,
        )

    def _race(self, contexts: Ints, key: draws.Keys, wanted: int, excluded: Pairs) -> Arrivals:
        """Let all titles of some contexts race."""
        size = (self.last - self.first)[contexts]
        context = np.repeat(contexts, size)
        begin = np.repeat(np.cumsum(size) - size, size)
        place = self.first[context] + np.arange(len(context)) - begin
        title = self.catalogue.title_at[place]
        weight = self.weight_of(context, title)
        stays = (weight > 0) & ~excluded.has(context, title)
        context, title, weight = context[stays], title[stays], weight[stays]
        time = _times(key[context], self.catalogue.titles[title]) / weight
        return _first(context, title, time, wanted)

    def _probe(
        self, contexts: Ints, key: draws.Keys, probes: int, wanted: int, excluded: Pairs
    ) -> tuple[Arrivals, Floats]:
        """Give the first of so many probes in some contexts, and when each context's last came."""
        of = key[contexts][:, None]
        nth = np.arange(probes, dtype=np.uint64)
        begin = (self.level + self.first)[contexts][:, None]
        total = self.totals()[contexts][:, None]
        # in whole grains, so that a title has exactly its share of the places a probe may hit
        hit = np.floor(draws.uniform(draws.keys(of, nth)) * (total / GRAIN)) * GRAIN
        target = self.cumulative[begin] + np.minimum(hit, total - GRAIN)
        at = np.searchsorted(self.cumulative, target.ravel(), side="right") - 1
        time = np.cumsum(_times(of, nth + np.uint64(_TIMES)), axis=1) / total
        until = np.zeros(len(key))
        until[contexts] = time[:, -1]
        context = np.repeat(contexts, probes)
        title = self.catalogue.title_at[at - self.level[context]]
        stays = ~excluded.has(context, title)
        context, title, time = context[stays], title[stays], time.ravel()[stays]
        _, new = np.unique(context * len(self.catalogue.titles) + title, return_index=True)
        new.sort()
        # probes come in the order of their contexts and times
        return _cut(Arrivals(context[new], title[new], time[new]), wanted), until


def _times(of: draws.Keys, ids: NDArray[np.int64] | NDArray[np.uint64]) -> Floats:
    """Draw exponential times of rate 1."""
    return np.asarray(-np.log(draws.uniform(draws.keys(of, ids))))


def _of(arrivals: Arrivals, contexts: Ints, n_contexts: int) -> Arrivals:
    """Keep the arrivals of some contexts."""
    kept = np.zeros(n_contexts, dtype=bool)
    kept[contexts] = True
    stays = kept[arrivals.context]
    return Arrivals(arrivals.context[stays], arrivals.title[stays], arrivals.time[stays])


def _first(context: Ints, title: Ints, time: Floats, wanted: int) -> Arrivals:
    """Keep the first `wanted` + 1 arrivals of each context, in order."""
    order = np.lexsort((title, time, context))
    return _cut(Arrivals(context[order], title[order], time[order]), wanted)


def _cut(arrivals: Arrivals, wanted: int) -> Arrivals:
    """Leave out what comes after the first `wanted` + 1 of each context."""
    stays = arrivals.place <= wanted
    return Arrivals(arrivals.context[stays], arrivals.title[stays], arrivals.time[stays])
