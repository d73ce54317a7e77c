"""NMRR: the sum of label / rank, over the same sum for the ideal order. In [0, 1].

1 only when perfectly ranked, and the reciprocal rank where there is one positive. Labels by rank
[0, 2, 1]: (2/2 + 1/3) / (2/1 + 1/2). The definition is this project's own; MPEG-7's NMRR is another
thing.
"""

from dmc12.metrics.arrays import Floats
from dmc12.metrics.discounts import Discount, reciprocal
from dmc12.metrics.ndcg import ndcg
from dmc12.metrics.ranking import Ranking


def nmrr(ranking: Ranking, k: int | None, _discount: Discount) -> Floats:
    """Return each context's NMRR: NDCG discounted by 1 / rank."""
    return ndcg(ranking, k, reciprocal)
