"""NDCG@k of scores, for early stopping and for the registry: linear gain, ties in expectation.

The m tied items at ranks a..a+m-1 get 1/m of the discounts over these ranks each (McSherry and
Najork 2008; scikit-learn's `_tie_averaged_dcg`). Contexts without a positive item are left out.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Ndcg:
    """Mean NDCG@k over the contexts of n items; what depends on labels alone is computed once."""

    def __init__(self, labels: Floats, group_sizes: Ints, k: int = 10) -> None:
        self.k = k
        self._labels = labels
        ends = np.cumsum(group_sizes)
        self._bounds = [
            (int(start), int(end))
            for start, end in zip(ends - group_sizes, ends, strict=True)
            if labels[start:end].any()
        ]
        discounts = 1.0 / np.log2(np.arange(2, k + 2))
        self._discounts_to = np.concatenate([[0.0], np.cumsum(discounts)])
        self._ideal = np.array([
            np.sort(labels[start:end])[::-1][:k] @ discounts[: end - start]
            for start, end in self._bounds
        ])  # fmt: skip

    @property
    def n_contexts(self) -> int:
        """Number of contexts that have a positive item."""
        return len(self._bounds)

    def __call__(self, scores: Floats) -> float:
        """Return the mean NDCG@k of n scores; raise ValueError if no context has a positive."""
        if not self._bounds:
            raise ValueError("no context has an item with a positive label")
        # Items below a context's k-th score contribute nothing, so only the others are sorted.
        tops = [
            start + np.flatnonzero(scores[start:end] >= self._kth(scores[start:end]))
            for start, end in self._bounds
        ]
        context = np.repeat(np.arange(len(tops)), [len(top) for top in tops])
        items = np.concatenate(tops)
        order = np.lexsort((-scores[items], context))
        items, score = items[order], scores[items[order]]

        new_context = np.append(True, context[1:] != context[:-1])
        new_block = new_context.copy()
        new_block[1:] |= score[1:] != score[:-1]
        first = np.flatnonzero(new_block)
        size = np.diff(np.append(first, len(items)))
        rank = first - np.flatnonzero(new_context)[context[first]]  # ranks before the block
        discounts = self._discounts_to
        last = np.minimum(rank + size, self.k)
        discount = (discounts[last] - discounts[np.minimum(rank, self.k)]) / size
        gain = np.add.reduceat(self._labels[items], first)
        dcg = np.bincount(context[first], gain * discount, len(tops))
        return float(np.mean(dcg / self._ideal))

    def _kth(self, scores: Floats) -> float:
        """Return the k-th greatest score, or -inf if there are fewer."""
        if len(scores) <= self.k:
            return -np.inf
        return float(np.partition(scores, -self.k)[-self.k])
