"""The logging policy: what a visit's slate shows, and how likely each title was to stand there."""

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

DECIMALS = 8  # of a propensity, in CSV and Parquet alike


def slates(score: Floats, chance: Floats, size: int) -> tuple[Ints, Floats]:
    """Draw a slate for each of s visits: the places of the titles shown, and their propensities.

    `score` (s x m) is what the policy ranks by, -inf where a title is not on offer, ties to the
    earlier place; `chance` (s) is uniform in (0, 1). The policy draws the rank r = 1..n at which
    the slate starts with probability 1 / (r H(n)), H(n) = 1 + 1/2 + ... + 1/n, and shows the
    titles of the next `size` ranks, going on from the first after the last of the n titles on
    offer. So the title of rank r stands at position k exactly when the start is r - k + 1 (modulo
    n): that start's probability is the propensity, and every title may stand at every position.

    Both results are s x min(size, m); place is -1 and propensity 0 beyond the titles on offer.
    """
    order = np.argsort(-score, axis=1, kind="stable")
    on_offer = np.isfinite(score).sum(axis=1)
    weight = 1.0 / np.arange(1, score.shape[1] + 1)
    reach = np.cumsum(weight)
    total = reach[np.maximum(on_offer, 1) - 1]
    start = np.minimum(np.searchsorted(reach, chance * total), np.maximum(on_offer, 1) - 1)
    position = np.arange(min(size, score.shape[1]))
    rank = (start[:, None] + position) % np.maximum(on_offer, 1)[:, None]
    shown = position < on_offer[:, None]
    place = np.where(shown, np.take_along_axis(order, rank, axis=1), -1)
    return place, np.where(shown, np.round(weight[start] / total, DECIMALS)[:, None], 0.0)
