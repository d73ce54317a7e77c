"""AP@k: the mean, over the min(P, k) positives that could be there, of the precision at each
positive in the top k; without k, over the whole list. In [0, 1].

Labels by rank [0, 2, 1]: (1/2 + 2/3) / 2. Within a tie of m items at ranks a.., p of them positive,
an item is positive with chance p / m and is then preceded in the tie by
(rank - a) * (p - 1) / (m - 1) others that are (McSherry & Najork 2008).
"""

import numpy as np

from dmc12.metrics.arrays import Floats
from dmc12.metrics.discounts import Discount, reciprocal
from dmc12.metrics.ranking import Ranking


def ap(ranking: Ranking, k: int | None, _discount: Discount) -> Floats:
    """Return each context's average precision."""
    positives = ranking.lists.n_positives
    first, items = ranking.first_rank, ranking.n_items
    growth = (ranking.n_positives - 1) / np.maximum(items - 1, 1)
    # the sum, over the block's ranks, of (positives above + 1 + (rank - first) * growth) / rank
    at_first = ranking.n_positives_above + 1 - first * growth
    counted = items if k is None else ranking.items_until(k)
    precisions = at_first * ranking.sum_over_ranks(reciprocal, k) + growth * counted
    total = ranking.sum(precisions * ranking.positive_share)
    return np.minimum(1, total / (positives if k is None else np.minimum(positives, k)))
