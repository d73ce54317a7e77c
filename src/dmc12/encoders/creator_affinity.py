"""How much of the profile's playing falls on the title's creator."""

import numpy as np

from dmc12.encoders.base import Encoder, Floats
from dmc12.encoders.batch import Batch


def encode(batch: Batch) -> dict[str, Floats]:
    """Give the share of the profile's plays that are of the title's creator."""
    creator = batch.state.creator
    n_creators = int(creator.max(initial=-1)) + 2  # the last stands for titles without a creator
    plays = np.bincount(
        batch.play_context * n_creators + creator[batch.play_title] % n_creators,
        minlength=batch.n_contexts * n_creators,
    )
    item_creator = creator[batch.item_title]
    own = plays[batch.item_context * n_creators + item_creator % n_creators]
    total = np.maximum(batch.of_context(batch.sum_by_context()), 1.0)
    return {"creator_affinity": np.where(item_creator >= 0, own / total, 0.0)}


ENCODER = Encoder(
    family="profile_title",
    needs=("history", "titles"),
    features={
        "creator_affinity": "share of the profile's plays that are of the creator; 0 for none"
    },
    encode=encode,
)
