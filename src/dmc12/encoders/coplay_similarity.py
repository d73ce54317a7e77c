"""How close the title is to those the profile has played, by who else played both."""

import numpy as np
import scipy.sparse as sp

from dmc12.encoders.base import Encoder, Floats
from dmc12.encoders.batch import Batch


def encode(batch: Batch) -> dict[str, Floats]:
    """Sum the item's cosines to the profile's titles, by the last fit before the context."""
    total = np.zeros(len(batch.item_context))
    latest = np.zeros(len(batch.item_context))
    fitted_at = batch.state.coplays.fitted_at
    fit_of_context = np.searchsorted(fitted_at, batch.context_at, side="right") - 1
    for fit in np.unique(fit_of_context[fit_of_context >= 0]):
        items = np.flatnonzero(fit_of_context[batch.item_context] == fit)
        cosines = batch.state.coplays.cosines[fit]
        place = batch.item_context[items], batch.item_title[items]
        total[items] = _similarity(batch, _played(batch), cosines, place)
        latest[items] = _similarity(batch, _last_played(batch), cosines, place)
    titles = np.bincount(batch.pair_context, minlength=batch.n_contexts)
    return {
        "coplay_similarity": total,
        "coplay_similarity_mean": total / batch.of_context(np.maximum(titles, 1.0)),
        "coplay_similarity_last": latest,
    }


def _similarity(
    batch: Batch, played: sp.csr_matrix, cosines: sp.csr_matrix, place: tuple[np.ndarray, ...]
) -> Floats:
    """Multiply contexts x titles by titles x titles and pick the items' places.

    Contexts are taken in slices, so that the dense product stays at some tens of megabytes.
    """
    slice_length = max(1, 4_000_000 // batch.state.n_titles)
    context, title = place
    picked = np.zeros(len(context))
    for start in range(0, batch.n_contexts, slice_length):
        product = (played[start : start + slice_length] @ cosines).toarray()
        inside = slice(*np.searchsorted(context, (start, start + slice_length)))
        picked[inside] = product[context[inside] - start, title[inside]]
    return picked


def _played(batch: Batch) -> sp.csr_matrix:
    """Mark each context's distinct played titles (contexts x titles)."""
    return sp.csr_matrix(
        (np.ones(batch.n_pairs), (batch.pair_context, batch.pair_title)),
        shape=(batch.n_contexts, batch.state.n_titles),
    )


def _last_played(batch: Batch) -> sp.csr_matrix:
    """Mark each context's most recently played title (contexts x titles)."""
    is_last = np.ones(len(batch.play_context), dtype=bool)
    is_last[:-1] = batch.play_context[1:] != batch.play_context[:-1]
    return sp.csr_matrix(
        (np.ones(is_last.sum()), (batch.play_context[is_last], batch.play_title[is_last])),
        shape=(batch.n_contexts, batch.state.n_titles),
    )


ENCODER = Encoder(
    family="profile_title",
    needs=("history", "coplays"),
    features={
        "coplay_similarity": "sum of the title's cosines to the profile's titles; 0 for none",
        "coplay_similarity_mean": "their mean over the profile's titles; 0 for none",
        "coplay_similarity_last": "the title's cosine to the last title played; 0 for none",
    },
    encode=encode,
)
