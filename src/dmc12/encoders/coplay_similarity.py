"""How close the title is to those the profile has played, by who else played both."""

import numpy as np
import scipy.sparse as sp

from dmc12.encoders.base import Encoder, Feature, Floats
from dmc12.encoders.batch import DAY, Batch


def encode(batch: Batch) -> dict[str, Floats]:
    """Sum the item's cosines to the profile's titles, by the last fit before the context."""
    pairs = batch.pair_context, batch.pair_title
    days_since = (batch.context_at[batch.pair_context] - batch.pair_last_at) / DAY
    last = batch.is_last_play
    played = {
        "coplay_similarity": _marked(batch, *pairs),
        "coplay_similarity_28d": _marked(batch, *pairs, (days_since <= 28).astype(np.float64)),
        "coplay_similarity_recent": _marked(batch, *pairs, np.exp(-days_since / 7)),
        "coplay_similarity_last": _marked(batch, batch.play_context[last], batch.play_title[last]),
    }
    similarities = {name: np.zeros(len(batch.item_context)) for name in played}
    fit_of_context = batch.state.coplays.fit_of(batch.context_at)
    for fit in np.unique(fit_of_context[fit_of_context >= 0]):
        items = np.flatnonzero(fit_of_context[batch.item_context] == fit)
        cosines = batch.state.coplays.cosines[fit]
        for name, titles in played.items():
            similarities[name][items] = _similarity(batch, titles, cosines, items)
    titles = np.bincount(batch.pair_context, minlength=batch.n_contexts)
    mean = similarities["coplay_similarity"] / batch.of_context(np.maximum(titles, 1.0))
    return {**similarities, "coplay_similarity_mean": mean}


def _similarity(
    batch: Batch, played: sp.csr_matrix, cosines: sp.csr_matrix, items: np.ndarray
) -> Floats:
    """Multiply contexts x titles by titles x titles and pick the items' places.

    Contexts are taken in slices, so that the dense product stays at some tens of megabytes.
    """
    slice_length = max(1, 4_000_000 // batch.state.n_titles)
    context, title = batch.item_context[items], batch.item_title[items]
    picked = np.zeros(len(context))
    for start in range(0, batch.n_contexts, slice_length):
        product = (played[start : start + slice_length] @ cosines).toarray()
        inside = slice(*np.searchsorted(context, (start, start + slice_length)))
        picked[inside] = product[context[inside] - start, title[inside]]
    return picked


def _marked(
    batch: Batch, context: np.ndarray, title: np.ndarray, weight: Floats | None = None
) -> sp.csr_matrix:
    """Weigh each context's played titles, 1 by default (contexts x titles)."""
    weight = np.ones(len(context)) if weight is None else weight
    return sp.csr_matrix((weight, (context, title)), shape=(batch.n_contexts, batch.state.n_titles))


ENCODER = Encoder(
    name="coplay_similarity",
    family="profile_title",
    needs=("context", "history", "coplays"),
    features={
        "coplay_similarity": Feature("sum of its cosines to the profile's titles", 0, "all"),
        "coplay_similarity_mean": Feature("their mean over the profile's titles", 0, "all"),
        "coplay_similarity_28d": Feature("sum over titles played in the last 28 days", 0, "28d"),
        "coplay_similarity_recent": Feature("sum, each fading by e in 7 days", 0, "all"),
        "coplay_similarity_last": Feature("its cosine to the last title played", 0, "last"),
    },
    encode=encode,
    fitted=True,
)
