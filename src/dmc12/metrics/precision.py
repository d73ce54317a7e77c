"""Precision@k: positives in the top k over k, also where the list is shorter than k. In [0, 1]."""

from dmc12.metrics.arrays import Floats
from dmc12.metrics.discounts import Discount
from dmc12.metrics.ranking import Ranking


def precision(ranking: Ranking, k: int, _discount: Discount) -> Floats:
    """Return each context's precision."""
    return ranking.expected_hits(k) / k
