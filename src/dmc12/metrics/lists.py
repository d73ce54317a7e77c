"""Lists of items to be ranked: what their labels say, before anything is scored."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from dmc12.metrics.arrays import Floats, Ints, Kept, keep
from dmc12.metrics.discounts import Discount
from dmc12.metrics.gains import Gain
from dmc12.metrics.ranking import Ranking

AT_ONCE = 2**20  # items in memory at a time: eight megabytes of scores


@dataclass(frozen=True)
class Lists:
    """Contexts of about as many items, each with a positive.

    `contexts` says which of all contexts these are; of all items `n_items` from `begins` on are
    theirs. Positives are listed context by context, greatest label first: the row of their context
    and their place in it.
    """

    contexts: Ints
    begins: Ints
    n_items: Ints
    positive_rows: Ints
    positive_columns: Ints
    labels: Floats
    kept: Kept = field(default_factory=dict)

    @classmethod
    def divide(cls, labels: Floats, group_sizes: Ints, at_once: int = AT_ONCE) -> Iterator["Lists"]:
        """Yield the contexts that have a positive, in parts of no more than `at_once` items.

        `labels` are those of all items, `group_sizes` the number of items of each context. Where
        the parts begin changes no result.
        """
        begins = np.cumsum(group_sizes) - group_sizes
        positives = np.flatnonzero(labels > 0)
        of = np.searchsorted(begins, positives, side="right") - 1
        contexts = np.flatnonzero(np.bincount(of, minlength=len(group_sizes)))
        contexts = contexts[np.argsort(group_sizes[contexts], kind="stable")[::-1]]

        rows = np.zeros_like(group_sizes)
        rows[contexts] = np.arange(len(contexts))
        order = np.lexsort((-labels[positives], rows[of]))
        rows, columns, found = rows[of[order]], (positives - begins[of])[order], positives[order]
        begin = 0
        while begin < len(contexts):
            longest = int(group_sizes[contexts[begin]])
            end = begin + max(1, at_once // longest)
            part = contexts[begin:end]
            own = slice(*np.searchsorted(rows, (begin, end)))
            yield cls(
                part, begins[part], group_sizes[part],
                rows[own] - begin, columns[own], labels[found[own]],
            )  # fmt: skip
            begin = end

    @cached_property
    def n_positives(self) -> Ints:
        """Positives of each context, 1 or more."""
        return np.bincount(self.positive_rows, minlength=len(self.contexts))

    @cached_property
    def starts(self) -> Ints:
        """Where the positives of each context start."""
        return np.cumsum(self.n_positives) - self.n_positives

    @keep
    def ideal_sum(self, gain: Gain, discount: Discount, k: int | None) -> Floats:
        """Return the sum of gain x discount in the ideal order, ranks beyond k counting 0."""
        ranks = np.arange(len(self.labels)) - self.starts[self.positive_rows] + 1
        discounts = discount(np.arange(1, self.n_positives.max() + 1))[ranks - 1]
        if k is not None:
            discounts[ranks > k] = 0
        return np.add.reduceat(gain(self.labels) * discounts, self.starts)

    @cached_property
    def _is_beyond(self) -> NDArray[np.bool_]:
        """Where a row of the longest context's length is behind the context's own items."""
        return np.arange(self.n_items.max()) >= self.n_items[:, None]

    @cached_property
    def _items(self) -> Ints:
        """Which of all items each context's are, a row each; the first of all behind them."""
        columns = np.arange(self.n_items.max())
        return np.where(self._is_beyond, 0, self.begins[:, None] + columns)

    @cached_property
    def _rows(self) -> Floats:
        """Room for the scores of one ranker after another, a context a row."""
        return np.empty(self._items.shape)

    def tied(self) -> Ranking:
        """Rank all items of a context alike: a metric of it is what a random order is worth."""
        nothing = np.zeros_like(self.labels, dtype=np.int64)
        return Ranking.of(self, nothing, self.n_items[self.positive_rows])

    def rank(self, scores: Floats) -> Ranking:
        """Rank by the scores of all items, none of them NaN, descending."""
        # Into memory that is there already, which "raise" would copy from another.
        rows = np.take(scores, self._items, out=self._rows, mode="clip")
        rows[self._is_beyond] = -np.inf
        own = rows[self.positive_rows, self.positive_columns]
        rows.sort(axis=1)
        return Ranking.of(self, *self._places(rows, own))

    def _places(self, ascending: Floats, own: Floats) -> tuple[Ints, Ints]:
        """Return how many items of its context are above each positive, and how many until it.

        Until it are those above, those tied with it, and itself. The scores are sorted by context.
        """
        width = ascending.shape[1]
        bases = self.positive_rows * width
        flat = ascending.ravel()
        below = _count(flat, bases, width, own, np.less)
        above = width - below - 1
        is_tied = flat[bases + np.minimum(below + 1, width - 1)] == own
        is_tied &= below + 1 < width
        above[is_tied] = width - _count(flat, bases[is_tied], width, own[is_tied], np.less_equal)
        return above, np.minimum(width - below, self.n_items[self.positive_rows])


def _count(flat: Floats, bases: Ints, width: int, values: Floats, before: np.ufunc) -> Ints:
    """Return how many of the `width` ascending numbers from each base come before each value."""
    passed = np.zeros(len(values), dtype=np.int64)
    for power in range(width.bit_length() - 1, -1, -1):
        tried = passed + (1 << power)
        inside = tried <= width
        reached = flat[bases + np.minimum(tried, width) - 1]
        passed = np.where(inside & before(reached, values), tried, passed)
    return passed
