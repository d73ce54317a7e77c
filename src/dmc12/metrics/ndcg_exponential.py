"""NDCG@k with the gain 2^label - 1 (Burges et al. 2005). In [0, 1]."""

from dmc12.metrics.arrays import Floats
from dmc12.metrics.discounts import Discount
from dmc12.metrics.gains import exponential
from dmc12.metrics.ndcg import ndcg
from dmc12.metrics.ranking import Ranking


def ndcg_exponential(ranking: Ranking, k: int | None, discount: Discount) -> Floats:
    """Return each context's NDCG of exponential gains."""
    return ndcg(ranking, k, discount, exponential)
