"""What the profile was shown in the label window and did not play, each title equally likely."""

import numpy as np

from dmc12.negatives.batch import Batch, Strategy
from dmc12.negatives.race import Pool


def pool(batch: Batch) -> Pool:
    """List what was shown; what was played in the window is excluded from every strategy."""
    shown = batch.shown
    return batch.listed(shown.context, shown.title, np.ones(len(shown.title)))


STRATEGY = Strategy("impressions", pool)
