"""Hit@k: 1 where the top k holds a positive, else 0. Between them where ties straddle k.

Of the first positive's tie of m items, p positive, h lie in the top k, and all of these h are
negative with chance C(m - p, h) / C(m, h).
"""

import numpy as np

from dmc12.metrics.arrays import Floats
from dmc12.metrics.discounts import Discount
from dmc12.metrics.ranking import Ranking


def hit(ranking: Ranking, k: int, _discount: Discount) -> Floats:
    """Return each context's chance of a hit."""
    blocks = ranking.first_blocks
    items = blocks.n_items
    negatives = items - blocks.n_positives
    drawn = np.clip(k + 1 - blocks.first_rank, 0, items)
    miss = np.ones(len(items))
    for turn in range(int(drawn.max(initial=0))):
        still = drawn > turn
        miss[still] *= np.maximum(negatives[still] - turn, 0) / (items[still] - turn)
    return (1 - miss)[blocks.contexts]
