"""How well the title fits the profile's plays by the latent factors of implicit-feedback ALS."""

import numpy as np
import scipy.sparse as sp

from dmc12.encoders.base import Encoder, Feature, Floats
from dmc12.encoders.batch import Batch


def encode(batch: Batch) -> dict[str, Floats]:
    """Solve for each profile's factors as of its context, given the titles'; multiply both.

    The titles' factors are those of the last fit before the context. A profile's are what ALS
    would give it for its plays so far: with r plays of a title of factors y and confidence
    1 + alpha r, the solution x of (Y'Y + sum alpha r y y' + lambda n I) x = sum (1 + alpha r) y.

    Source: Hu, Koren, Volinsky 2008, doi 10.1109/ICDM.2008.22; lambda scaled by n as Spark does.
    """
    factors = batch.state.factors
    if factors is None:
        raise ValueError("feature als_score needs the table title_factors")
    score = np.zeros(len(batch.item_context))
    fit_of_context = factors.fit_of(batch.context_at)
    plays = batch.sum_by_pair()
    for fit in np.unique(fit_of_context[fit_of_context >= 0]):
        items = np.flatnonzero(fit_of_context[batch.item_context] == fit)
        titles = factors.titles[fit]
        profiles = _profiles(batch, plays, titles, factors.alpha[fit], factors.regularisation[fit])
        score[items] = np.einsum(
            "ij,ij->i", profiles[batch.item_context[items]], titles[batch.item_title[items]]
        )
    return {"als_score": score}


def _profiles(
    batch: Batch, plays: Floats, titles: Floats, alpha: float, regularisation: float
) -> Floats:
    """Solve for the profile's factors of each context (n x rank)."""
    rank = titles.shape[1]
    known = (titles != 0).any(axis=1)[batch.pair_title]
    context, played = batch.pair_context[known], titles[batch.pair_title[known]]
    r = plays[known]
    by_context = sp.csr_matrix(
        (np.ones(len(r)), (context, np.arange(len(r)))), shape=(batch.n_contexts, len(r))
    )
    outer = (played[:, :, None] * played[:, None, :] * (alpha * r)[:, None, None]).reshape(
        -1, rank**2
    )
    counts = np.bincount(context, minlength=batch.n_contexts)
    left = (by_context @ outer).reshape(-1, rank, rank) + titles.T @ titles
    left += regularisation * np.maximum(counts, 1)[:, None, None] * np.eye(rank)
    right = by_context @ (played * (1 + alpha * r)[:, None])
    return np.asarray(np.linalg.solve(left, right[:, :, None])[:, :, 0])


ENCODER = Encoder(
    name="als_factors",
    family="profile_title",
    needs=("context", "history", "factors"),
    features={"als_score": Feature("dot product of profile's and title's factors", 0, "all")},
    encode=encode,
    fitted=True,
)
