"""NDCG@k of scores, for early stopping and for the registry, as the metric tables have it."""

import numpy as np

from dmc12.metrics.arrays import Floats, Ints
from dmc12.metrics.discounts import log2
from dmc12.metrics.lists import Lists
from dmc12.metrics.ndcg import ndcg


class Ndcg:
    """Mean NDCG@k over the contexts of n items; what depends on labels alone is computed once.

    Linear gain, ties in expectation; contexts without a positive item are left out.
    """

    def __init__(self, labels: Floats, group_sizes: Ints, k: int = 10) -> None:
        self.k = k
        self._parts = list(Lists.divide(labels, group_sizes))

    @property
    def n_contexts(self) -> int:
        """Number of contexts that have a positive item."""
        return sum(len(part.contexts) for part in self._parts)

    def __call__(self, scores: Floats) -> float:
        """Return the mean NDCG@k of n scores; raise ValueError if no context has a positive."""
        if not self._parts:
            raise ValueError("no context has an item with a positive label")
        found = [ndcg(part.rank(scores), self.k, log2) for part in self._parts]
        return float(np.mean(np.concatenate(found)))
