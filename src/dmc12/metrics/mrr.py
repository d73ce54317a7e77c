"""The reciprocal rank of the first positive, 0 beyond rank k; its mean is the MRR. In [0, 1].

Where m items are tied at ranks a.. and p of them are positive, the first positive is preceded by
j others of the tie with chance C(m - 1 - j, p - 1) / C(m, p): p / m at j = 0, and each chance from
the one before it, so that no factorial overflows.
"""

import numpy as np

from dmc12.metrics.arrays import Floats
from dmc12.metrics.discounts import Discount
from dmc12.metrics.ranking import Ranking


def mrr(ranking: Ranking, k: int | None, _discount: Discount) -> Floats:
    """Return each context's reciprocal rank."""
    most = np.inf if k is None else k
    blocks = ranking.first_blocks
    first, items = blocks.first_rank, blocks.n_items
    negatives = items - blocks.n_positives
    chance = blocks.n_positives / items
    expected = chance / first * (first <= most)
    for preceding in range(1, int(min(negatives.max(initial=0), most)) + 1):
        is_negative = np.maximum(negatives - preceding + 1, 0) / np.maximum(items - preceding, 1)
        chance = chance * is_negative
        expected = expected + chance / (first + preceding) * (first + preceding <= most)
    return expected[blocks.contexts]
