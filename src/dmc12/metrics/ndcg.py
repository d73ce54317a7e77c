"""NDCG@k: DCG@k over the DCG@k of the ideal order; without k, over the whole list. In [0, 1].

Labels by rank [0, 2, 1]: (2 / log2(3) + 1 / 2) / (2 + 1 / log2(3)). Tied items share the mean
discount of their ranks (McSherry & Najork 2008, as scikit-learn's `ndcg_score`).
"""

import numpy as np

from dmc12.metrics.arrays import Floats
from dmc12.metrics.discounts import Discount
from dmc12.metrics.gains import Gain, linear
from dmc12.metrics.ranking import Ranking


def ndcg(ranking: Ranking, k: int | None, discount: Discount, gain: Gain = linear) -> Floats:
    """Return each context's NDCG."""
    dcg = ranking.expected_sum(gain, discount, k)
    # Two sums of the same terms can differ by the last bit.
    return np.minimum(1, dcg / ranking.lists.ideal_sum(gain, discount, k))
