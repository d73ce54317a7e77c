"""Ranked lists, as blocks of items with one score: all that a metric reads."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from dmc12.metrics.arrays import Floats, Ints, Kept, keep
from dmc12.metrics.discounts import Discount
from dmc12.metrics.gains import Gain

if TYPE_CHECKING:
    from dmc12.metrics.lists import Lists


@dataclass(frozen=True)
class Ranking:
    """The blocks of tied items that hold a positive, context by context and best first.

    A block covers the ranks `first_rank` to `last_rank`, `n_positives` of them positive, below
    `n_positives_above` others of its context. `starts` says where each context's blocks start,
    `order` which of the lists' positives come one after another, and `block_starts` where each
    block's do.
    """

    lists: Lists
    starts: Ints
    first_rank: Ints
    last_rank: Ints
    n_positives: Ints
    n_positives_above: Ints
    order: Ints
    block_starts: Ints
    kept: Kept = field(default_factory=dict)

    @classmethod
    def of(cls, lists: Lists, above: Ints, until: Ints) -> Ranking:
        """Make the blocks from the number of items above each positive, and until it."""
        rows = lists.positive_rows
        key = rows * (int(until.max()) + 1) + above
        order = np.argsort(key, kind="stable")
        block_starts = np.flatnonzero(np.diff(key[order], prepend=-1))
        ends = np.append(block_starts[1:], len(order))
        first = order[block_starts]
        return cls(
            lists=lists,
            starts=np.flatnonzero(np.diff(rows[first], prepend=-1)),
            first_rank=above[first] + 1,
            last_rank=until[first],
            n_positives=ends - block_starts,
            n_positives_above=block_starts - lists.starts[rows[first]],
            order=order,
            block_starts=block_starts,
        )

    @cached_property
    def n_items(self) -> Ints:
        """Items of each block."""
        return self.last_rank - self.first_rank + 1

    @cached_property
    def positive_share(self) -> Floats:
        """The share of each block's items that is positive: the chance of each of its ranks."""
        return self.n_positives / self.n_items

    @cached_property
    def first_blocks(self) -> FirstBlocks:
        """Each context's first block."""
        return FirstBlocks.of(
            self.first_rank[self.starts], self.n_items[self.starts], self.n_positives[self.starts]
        )

    @keep
    def items_until(self, k: int) -> Ints:
        """Return how many items of each block lie in the top k."""
        return np.clip(k + 1 - self.first_rank, 0, self.n_items)

    def sum(self, values: Floats) -> Floats:
        """Return the sum over each context's blocks."""
        return np.add.reduceat(values, self.starts)

    @keep
    def expected_hits(self, k: int) -> Floats:
        """Return how many positives lie in the top k, expected over random orders of ties."""
        return self.sum(self.n_positives * self.items_until(k) / self.n_items)

    @keep
    def expected_sum(self, gain: Gain, discount: Discount, k: int | None) -> Floats:
        """Return the sum of gain x discount, expected over random orders of ties.

        An item that is tied over ranks a..b is worth its gain times the mean discount of these
        ranks, where ranks beyond k count 0 (McSherry & Najork 2008).
        """
        return self.sum(self._gains(gain) * self._mean_over_ranks(discount, k))

    @keep
    def _gains(self, gain: Gain) -> Floats:
        """Return the summed gain of each block."""
        return np.add.reduceat(gain(self.lists.labels)[self.order], self.block_starts)

    @keep
    def _mean_over_ranks(self, discount: Discount, k: int | None) -> Floats:
        return self.sum_over_ranks(discount, k) / self.n_items

    @keep
    def sum_over_ranks(self, discount: Discount, k: int | None) -> Floats:
        """Return the sum of discounts over each block's ranks, those beyond k counting 0."""
        each = discount(np.arange(1, int(self.last_rank.max()) + 1))
        # What one rank is worth is taken as it is, not as a difference of sums.
        found = each[self.first_rank - 1]
        is_tied = self.n_items > 1
        if is_tied.any():
            first, last = self.first_rank[is_tied], self.last_rank[is_tied]
            last = last if k is None else np.minimum(last, k)
            until = np.concatenate([[0.0], np.cumsum(each)])
            found[is_tied] = until[last] - until[first - 1]
        if k is not None:
            found[self.first_rank > k] = 0
        return found


@dataclass(frozen=True)
class FirstBlocks:
    """The different blocks with which contexts begin; `contexts` says which one each context has.

    There are far fewer of them than contexts.
    """

    first_rank: Ints
    n_items: Ints
    n_positives: Ints
    contexts: Ints

    @classmethod
    def of(cls, first_rank: Ints, n_items: Ints, n_positives: Ints) -> FirstBlocks:
        """Find the different ones."""
        most = int(n_items.max(initial=0)) + 1
        key = (first_rank * most + n_items) * most + n_positives
        _, found, contexts = np.unique(key, return_index=True, return_inverse=True)
        return cls(first_rank[found], n_items[found], n_positives[found], contexts)
