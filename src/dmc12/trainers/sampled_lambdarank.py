"""LambdaMART's gradients on a sample of items, each of which stands for as many as it weighs.

LightGBM's own lambdarank takes the mean of a query's weights, so it cannot undo a draw. Here a pair
of items counts as often as the product of their weights, and an item that weighs w stands at the w
ranks that follow the weights above it, with the mean of their discounts. With weights of 1 /
inclusion probability the ranks are, on average over draws, those among all candidates; with weights
of 1 the gradients are LightGBM's (Burges 2010, From RankNet to LambdaRank to LambdaMART; LightGBM's
`LambdarankNDCG`, whose norm this follows).
"""

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class SampledLambdarank:
    """An objective for LightGBM over n items in g contexts: scores in, gradients out."""

    def __init__(
        self,
        labels: Floats,
        weights: Floats,
        group_sizes: Ints,
        *,
        truncation_level: int,
        norm: bool,
        label_gain: Sequence[float] | None = None,
    ) -> None:
        gains = (
            2.0**labels - 1 if label_gain is None else np.asarray(label_gain)[labels.astype(int)]
        )
        ends = np.cumsum(group_sizes)
        self.n_items = len(labels)
        self.norm = norm
        self.contexts = [
            _Context(slice(end - size, end), gains[end - size : end], weights[end - size : end],
                     truncation_level)
            for size, end in zip(group_sizes.tolist(), ends.tolist(), strict=True)
            if gains[end - size : end].max() > gains[end - size : end].min()
        ]  # fmt: skip

    def __call__(self, scores: Floats, _: object = None) -> tuple[Floats, Floats]:
        """Return the gradient and the hessian of each item's score."""
        gradient, hessian = np.zeros(self.n_items), np.zeros(self.n_items)
        for context in self.contexts:
            gradient[context.rows], hessian[context.rows] = context.gradients(
                scores[context.rows], self.norm
            )
        return gradient, hessian


class _Context:
    """One context's items, and what of them never moves."""

    def __init__(self, rows: slice, gains: Floats, weights: Floats, truncation_level: int) -> None:
        # a context may weigh too: its lightest items stand for themselves alone
        self.weight = weights.min()
        self.rows, self.gains, self.weights = rows, gains, weights / self.weight
        self.truncation_level = truncation_level
        best = np.argsort(-gains, kind="stable")
        rank, discount = _ranks(self.weights[best])
        counts = rank < truncation_level
        self.ideal = (self.weights[best] * gains[best] * discount)[counts].sum()

    def gradients(self, scores: Floats, norm: bool) -> tuple[Floats, Floats]:
        """Return the gradient and the hessian of each item's score."""
        order = np.argsort(-scores, kind="stable")
        score, gain, weight = scores[order], self.gains[order], self.weights[order]
        rank, discount = _ranks(weight)
        top = int(np.searchsorted(rank, self.truncation_level))
        is_high = gain > gain.min()
        high_top = np.flatnonzero(is_high[:top])
        high_rest = top + np.flatnonzero(is_high[top:])
        gradient, hessian = np.zeros(len(score)), np.zeros(len(score))
        total = 0.0
        spread = bool(norm and score[0] != score[-1])
        # a pair counts if either stands in the top: all items meet the high ones there, and the
        # other high ones meet the top
        for high, low in ((high_top, slice(None)), (high_rest, slice(0, top))):
            if not len(high):
                continue
            more_gain = np.maximum(gain[high, None] - gain[low], 0.0)
            distance = score[high, None] - score[low]
            swap = more_gain * np.abs(discount[high, None] - discount[low])
            swap *= weight[high, None] * weight[low] / self.ideal
            if spread:
                swap /= 0.01 + np.abs(distance)
            wrong = 1.0 / (1.0 + np.exp(distance))
            push = swap * wrong
            curve = push * (1.0 - wrong)
            gradient[high] -= push.sum(axis=1)
            gradient[low] += push.sum(axis=0)
            hessian[high] += curve.sum(axis=1)
            hessian[low] += curve.sum(axis=0)
            total += 2.0 * push.sum()
        scale = self.weight * (np.log2(1.0 + total) / total if norm and total > 0 else 1.0)
        of_item = np.empty_like(order)
        of_item[order] = np.arange(len(order))
        return scale * gradient[of_item], scale * hessian[of_item]


def _ranks(weights: Floats) -> tuple[Floats, Floats]:
    """Give the first rank, from 0, of each of some items in order, and its ranks' mean discount."""
    until = np.cumsum(weights)
    rank = until - weights
    places, discounts_to = _discounts(1 << int(np.ceil(until[-1]) + 1).bit_length())
    total = np.interp(until, places, discounts_to) - np.interp(rank, places, discounts_to)
    return rank, total / weights


@cache
def _discounts(n: int) -> tuple[Floats, Floats]:
    """Give n places and the sum of the discounts of the ranks before each."""
    places = np.arange(float(n))
    return places, np.concatenate([[0.0], np.cumsum(1.0 / np.log2(places[:-1] + 2.0))])
