"""How much the profile has lately been looking for what it does not know."""

import numpy as np

from dmc12.encoders.base import Encoder, Feature, Floats
from dmc12.encoders.batch import Batch


def encode(batch: Batch) -> dict[str, Floats]:
    """Give the share of the recent plays that were the profile's first of their title."""
    recent = batch.play_age_days <= 28
    is_first = batch.play_at == batch.pair_first_at[batch.pair_of_play]
    share = batch.count_by_context(recent & is_first) / np.maximum(
        batch.count_by_context(recent), 1.0
    )
    return {"profile_novelty_28d": batch.of_context(share)}


ENCODER = Encoder(
    name="profile_novelty",
    family="profile",
    needs=("history",),
    features={
        "profile_novelty_28d": Feature("share of plays that were first of their title", 0, "28d")
    },
    encode=encode,
)
