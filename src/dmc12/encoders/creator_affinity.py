"""How much and how recently the profile has played the title's creator."""

import numpy as np

from dmc12.encoders.base import Encoder, Feature, Floats
from dmc12.encoders.batch import LONG_AGO, Batch


def encode(batch: Batch) -> dict[str, Floats]:
    """Fold the profile's plays by creator, then give each item its title's creator's."""
    creator = batch.state.creator
    known = creator[batch.item_title] >= 0
    n_creators = int(creator.max(initial=-1)) + 2  # the last stands for titles without a creator
    of_play = batch.play_context * n_creators + creator[batch.play_title] % n_creators
    of_item = batch.item_context * n_creators + creator[batch.item_title] % n_creators
    size = batch.n_contexts * n_creators
    plays = np.bincount(of_play, minlength=size)[of_item]
    recent = np.bincount(of_play[batch.play_age_days <= 28], minlength=size)[of_item]
    since_last = np.full(size, LONG_AGO)
    since_last[of_play] = batch.play_age_days  # plays ascend, so the last one holds
    total = np.maximum(batch.of_context(batch.count_by_context()), 1.0)
    return {
        "creator_affinity": np.where(known, plays / total, 0.0),
        "creator_plays_28d": np.where(known, recent, 0.0),
        "creator_days_since_last": np.where(known, since_last[of_item], LONG_AGO),
    }


ENCODER = Encoder(
    name="creator_affinity",
    family="profile_title",
    needs=("history", "titles"),
    features={
        "creator_affinity": Feature("share of the profile's plays of its creator", 0, "all"),
        "creator_plays_28d": Feature("plays of its creator in the last 28 days", 0, "28d"),
        "creator_days_since_last": Feature("days since a play of its creator", LONG_AGO, "last"),
    },
    encode=encode,
)
