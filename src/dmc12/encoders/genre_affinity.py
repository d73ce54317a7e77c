"""How much of the profile's playing falls on the title's genres."""

import numpy as np

from dmc12.encoders.base import Encoder, Feature, Floats
from dmc12.encoders.batch import Batch


def encode(batch: Batch) -> dict[str, Floats]:
    """Compare the title's genres with those of the profile's plays, all and recent."""
    age, strength = batch.play_age_days, batch.play_strength
    return {
        "genre_affinity": _affinity(batch, strength),
        "genre_affinity_7d": _affinity(batch, np.where(age <= 7, strength, 0.0)),
        "genre_affinity_28d": _affinity(batch, np.where(age <= 28, strength, 0.0)),
    }


def _affinity(batch: Batch, weight: Floats) -> Floats:
    """Weigh the profile's plays into shares of genres; average them over the title's genres."""
    genres = batch.state.genres
    taste = np.column_stack(
        [
            np.bincount(batch.play_context, weight * genre[batch.play_title], batch.n_contexts)
            for genre in genres.T
        ]
    )
    total = taste.sum(axis=1, keepdims=True)
    taste = np.divide(taste, total, out=np.zeros(taste.shape), where=total > 0)
    return np.asarray(np.einsum("ij,ij->i", taste[batch.item_context], genres[batch.item_title]))


ENCODER = Encoder(
    name="genre_affinity",
    family="profile_title",
    needs=("history", "titles"),
    features={
        "genre_affinity": Feature("share of the profile's strength in its genres", 0, "all"),
        "genre_affinity_7d": Feature("the same over the last 7 days", 0, "7d"),
        "genre_affinity_28d": Feature("the same over the last 28 days", 0, "28d"),
    },
    encode=encode,
)
