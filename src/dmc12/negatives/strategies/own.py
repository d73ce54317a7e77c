"""The profile's own earlier titles, each as likely as any other."""

import numpy as np

from dmc12.negatives.batch import Batch, Strategy
from dmc12.negatives.race import Pool


def pool(batch: Batch) -> Pool:
    """List what the profile played before the context."""
    past = batch.past
    return batch.listed(past.context, past.title, np.ones(len(past.title)))


STRATEGY = Strategy("own", pool, draws_past=True)
