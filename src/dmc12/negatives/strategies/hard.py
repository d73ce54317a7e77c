"""Neighbours of what the profile played: titles that the same profiles play, by summed cosine."""

import numpy as np
import scipy.sparse as sp

from dmc12.negatives.batch import Batch, Strategy
from dmc12.negatives.race import Pool


def pool(batch: Batch) -> Pool:
    """Sum the cosines to the past titles, of the last fit at or before each context."""
    neighbours, past = batch.state.neighbours, batch.past
    assert neighbours is not None
    shape = (batch.n_contexts, len(batch.state.catalogue.titles))
    fit = neighbours.fit_of(batch.context_at)
    near = sp.csr_matrix(shape)
    for nth, cosines in enumerate(neighbours.cosines):
        of_fit = fit[past.context] == nth
        pairs = (past.context[of_fit], past.title[of_fit])
        near += sp.csr_matrix((np.ones(len(pairs[0])), pairs), shape) @ cosines
    near.sort_indices()
    context = np.repeat(np.arange(batch.n_contexts), np.diff(near.indptr))
    return batch.listed(context, near.indices.astype(np.int64), near.data)


STRATEGY = Strategy("hard", pool)
