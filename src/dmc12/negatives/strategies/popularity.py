"""Every title on offer that had been played by the last fit date, in proportion to its weight."""

from dmc12.negatives.batch import Batch, Strategy
from dmc12.negatives.race import Pool


def pool(batch: Batch) -> Pool:
    """Take the weights of the last fit at or before each context; before the first all are 0."""
    popularity = batch.state.popularity
    assert popularity is not None
    return batch.spread(popularity.cumulative, popularity.level_before(batch.context_at))


STRATEGY = Strategy("popularity", pool)
