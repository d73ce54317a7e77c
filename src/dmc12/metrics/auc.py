"""AUC: the chance that a positive is scored above a negative, half of it for a tie. In [0, 1].

From the positives' mid-ranks (Mann & Whitney 1947). Labels by rank [1, 0, 1]: 1/2. Undefined
without a negative.
"""

import numpy as np

from dmc12.metrics.arrays import Floats
from dmc12.metrics.discounts import Discount
from dmc12.metrics.ranking import Ranking


def auc(ranking: Ranking, _k: int | None, _discount: Discount) -> Floats:
    """Return each context's AUC, 1 where there is no negative."""
    positives = ranking.lists.n_positives
    negatives = ranking.lists.n_items - positives
    middles = ranking.sum(ranking.n_positives * (ranking.first_rank + ranking.last_rank) / 2)
    lost = middles - positives * (positives + 1) / 2
    return 1 - lost / np.maximum(positives * negatives, 1)
