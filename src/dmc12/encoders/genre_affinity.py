"""How much of the profile's playing falls on the title's genres."""

import numpy as np

from dmc12.encoders.base import Encoder, Floats
from dmc12.encoders.batch import Batch


def encode(batch: Batch) -> dict[str, Floats]:
    """Compare the title's genres with those of the profile's plays, all and recent."""
    return {
        "genre_affinity": _affinity(batch, batch.play_strength),
        "genre_affinity_7d": _affinity(
            batch, np.where(batch.play_age_days <= 7, batch.play_strength, 0.0)
        ),
    }


def _affinity(batch: Batch, weight: Floats) -> Floats:
    """Weigh the profile's plays into shares of genres; average them over the title's genres."""
    genres = batch.state.genres
    taste = np.zeros((batch.n_contexts, genres.shape[1]))
    np.add.at(taste, batch.play_context, weight[:, None] * genres[batch.play_title])
    total = taste.sum(axis=1, keepdims=True)
    taste = np.divide(taste, total, out=np.zeros_like(taste), where=total > 0)
    return np.asarray(np.einsum("ij,ij->i", taste[batch.item_context], genres[batch.item_title]))


ENCODER = Encoder(
    family="profile_title",
    needs=("history", "titles"),
    features={
        "genre_affinity": "share of the profile's strength in the title's genres; 0 for none",
        "genre_affinity_7d": "the same over the last 7 days; 0 for none",
    },
    encode=encode,
)
