"""How much, how widely and how recently the profile has played."""

import numpy as np

from dmc12.encoders.base import Encoder, Feature, Floats
from dmc12.encoders.batch import LONG_AGO, Batch


def encode(batch: Batch) -> dict[str, Floats]:
    """Count the profile's plays and titles, and its habit of playing a title again."""
    plays = batch.count_by_context()
    titles = np.bincount(batch.pair_context, minlength=batch.n_contexts).astype(np.float64)
    since_last = np.full(batch.n_contexts, LONG_AGO)
    since_last[batch.play_context[batch.is_last_play]] = batch.play_age_days[batch.is_last_play]
    repeats = np.where(plays > 0, 1.0 - titles / np.maximum(plays, 1.0), 0.0)
    return {
        "profile_plays": batch.of_context(plays),
        "profile_plays_7d": batch.of_context(batch.count_by_context(batch.play_age_days <= 7)),
        "profile_plays_28d": batch.of_context(batch.count_by_context(batch.play_age_days <= 28)),
        "profile_titles": batch.of_context(titles),
        "profile_repeat_share": batch.of_context(repeats),
        "profile_days_since_play": batch.of_context(since_last),
    }


ENCODER = Encoder(
    name="profile_activity",
    family="profile",
    needs=("history",),
    features={
        "profile_plays": Feature("plays of the profile so far", 0, "all"),
        "profile_plays_7d": Feature("plays of the profile in the last 7 days", 0, "7d"),
        "profile_plays_28d": Feature("plays of the profile in the last 28 days", 0, "28d"),
        "profile_titles": Feature("distinct titles the profile has played", 0, "all"),
        "profile_repeat_share": Feature("share of plays that repeat an earlier title", 0, "all"),
        "profile_days_since_play": Feature("days since the profile's last play", LONG_AGO, "last"),
    },
    encode=encode,
)
