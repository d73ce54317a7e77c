"""A set of pairs of a context and a title, kept as sorted keys."""

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


class Pairs:
    """Pairs (context, title) of indices, the titles' below `n_titles`; a pair counts once."""

    def __init__(self, context: Ints, title: Ints, n_titles: int) -> None:
        self.n_titles = n_titles
        self._keys = np.unique(context * n_titles + title)

    @classmethod
    def none(cls, n_titles: int) -> "Pairs":
        """Return the empty set."""
        return cls(np.empty(0, np.int64), np.empty(0, np.int64), n_titles)

    @property
    def context(self) -> Ints:
        """The pairs' contexts, ascending."""
        return self._keys // self.n_titles

    @property
    def title(self) -> Ints:
        """The pairs' titles, ascending within a context."""
        return self._keys % self.n_titles

    def find(self, context: Ints, title: Ints) -> Ints:
        """Give each pair's place among the set's, -1 where it is not in the set."""
        wanted = context * self.n_titles + title
        if not len(self._keys):
            return np.full(len(wanted), -1)
        at = np.minimum(np.searchsorted(self._keys, wanted), len(self._keys) - 1)
        return np.where(self._keys[at] == wanted, at, -1)

    def has(self, context: Ints, title: Ints) -> Flags:
        """Tell which pairs are in the set."""
        return self.find(context, title) >= 0

    def plus(self, other: "Pairs") -> "Pairs":
        """Return the union of two sets."""
        return Pairs(
            np.concatenate([self.context, other.context]),
            np.concatenate([self.title, other.title]),
            self.n_titles,
        )
