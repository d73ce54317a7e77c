"""What the profile has done with this very title: how often, how much, how recently."""

import numpy as np

from dmc12.encoders.base import Encoder, Feature, Floats
from dmc12.encoders.batch import DAY, LONG_AGO, Batch


def encode(batch: Batch) -> dict[str, Floats]:
    """Fold the profile's plays of each title, then give each item its title's."""
    plays = batch.sum_by_pair()
    context_at = batch.context_at[batch.pair_context]
    since_first = (context_at - batch.pair_first_at) / DAY
    since_last = (context_at - batch.pair_last_at) / DAY
    days = batch.distinct_by_pair(batch.play_at // DAY)  # UTC days
    interval = (since_first - since_last) / np.maximum(days - 1.0, 1.0)
    last_strength = np.zeros(batch.n_pairs)
    last_strength[batch.pair_of_play] = batch.play_strength  # plays ascend, so the last one holds
    share = plays / batch.count_by_context()[batch.pair_context]
    week, month = (
        batch.sum_by_pair((batch.play_age_days <= days).astype(np.float64)) for days in (7, 28)
    )
    return {
        "own_plays": batch.of_pair(plays, 0.0),
        "own_plays_7d": batch.of_pair(week, 0.0),
        "own_plays_28d": batch.of_pair(month, 0.0),
        "own_strength": batch.of_pair(batch.sum_by_pair(batch.play_strength), 0.0),
        "own_last_strength": batch.of_pair(last_strength, 0.0),
        "own_days": batch.of_pair(days, 0.0),
        "own_share": batch.of_pair(share, 0.0),
        "own_days_since_first": batch.of_pair(since_first, LONG_AGO),
        "own_days_since_last": batch.of_pair(since_last, LONG_AGO),
        "own_overdue": batch.of_pair(np.where(days > 1, since_last / (interval + 1.0), 0.0), 0.0),
    }


ENCODER = Encoder(
    name="own_plays",
    family="profile_title",
    needs=("history",),
    features={
        "own_plays": Feature("plays of the title by the profile", 0, "all"),
        "own_plays_7d": Feature("plays of the title by the profile in the last 7 days", 0, "7d"),
        "own_plays_28d": Feature("plays of the title by the profile in the last 28 days", 0, "28d"),
        "own_strength": Feature("sum of the strengths of these plays", 0, "all"),
        "own_last_strength": Feature("strength of the last of them", 0, "last"),
        "own_days": Feature("distinct days with such a play", 0, "all"),
        "own_share": Feature("share of the profile's plays that this title has", 0, "all"),
        "own_days_since_first": Feature(
            "days since its first play by the profile", LONG_AGO, "all"
        ),
        "own_days_since_last": Feature("days since its last play by the profile", LONG_AGO, "last"),
        "own_overdue": Feature("days since that over the usual interval + 1", 0, "all"),
    },
    encode=encode,
)
