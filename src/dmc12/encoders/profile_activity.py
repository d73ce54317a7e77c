"""How much, how widely and how recently the profile has played."""

import numpy as np

from dmc12.encoders.base import Encoder, Floats
from dmc12.encoders.batch import DAY, LONG_AGO, Batch


def encode(batch: Batch) -> dict[str, Floats]:
    """Count the profile's plays and titles, and its habit of playing a title again."""
    plays = batch.sum_by_context()
    titles = np.bincount(batch.pair_context, minlength=batch.n_contexts).astype(np.float64)
    last = np.full(batch.n_contexts, np.iinfo(np.int64).min)
    np.maximum.at(last, batch.play_context, batch.play_at)
    known = plays > 0
    recency = np.where(known, batch.context_at - np.where(known, last, 0), 0) / DAY
    return {
        "profile_plays": batch.of_context(plays),
        "profile_plays_7d": batch.of_context(
            batch.sum_by_context((batch.play_age_days <= 7).astype(np.float64))
        ),
        "profile_plays_28d": batch.of_context(
            batch.sum_by_context((batch.play_age_days <= 28).astype(np.float64))
        ),
        "profile_titles": batch.of_context(titles),
        "profile_repeat_share": batch.of_context(1.0 - titles / np.maximum(plays, 1.0)) * batch
        .of_context(known.astype(np.float64)),
        "profile_days_since_play": batch.of_context(np.where(known, recency, LONG_AGO)),
    }  # fmt: skip


ENCODER = Encoder(
    family="profile",
    needs=("history",),
    features={
        "profile_plays": "plays of the profile so far; 0 for none",
        "profile_plays_7d": "plays of the profile in the last 7 days; 0 for none",
        "profile_plays_28d": "plays of the profile in the last 28 days; 0 for none",
        "profile_titles": "distinct titles the profile has played; 0 for none",
        "profile_repeat_share": "share of its plays that repeat an earlier title; 0 for none",
        "profile_days_since_play": "days since the profile's last play; 9999 for none",
    },
    encode=encode,
)
