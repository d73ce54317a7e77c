"""Recall@k: positives in the top k over all positives. In [0, 1]. [1, 0, 1]: recall@2 is 1/2."""

from dmc12.metrics.arrays import Floats
from dmc12.metrics.discounts import Discount
from dmc12.metrics.ranking import Ranking


def recall(ranking: Ranking, k: int, _discount: Discount) -> Floats:
    """Return each context's recall."""
    return ranking.expected_hits(k) / ranking.lists.n_positives
