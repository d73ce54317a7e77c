"""Every title on offer, each as likely as any other."""

import numpy as np

from dmc12.negatives.batch import Batch, Strategy
from dmc12.negatives.race import Pool


def pool(batch: Batch) -> Pool:
    """Weigh every place 1."""
    places = len(batch.state.catalogue.title_at)
    return batch.spread(np.arange(places + 1.0), np.zeros(batch.n_contexts, np.int64))


STRATEGY = Strategy("uniform", pool)
