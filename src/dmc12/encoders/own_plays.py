"""What the profile has done with this very title: how often, how much, how recently."""

import numpy as np

from dmc12.encoders.base import Encoder, Floats
from dmc12.encoders.batch import DAY, LONG_AGO, Batch


def encode(batch: Batch) -> dict[str, Floats]:
    """Fold the profile's plays of each title, then give each item its title's."""
    plays = batch.sum_by_pair()
    first = np.full(batch.n_pairs, np.iinfo(np.int64).max)
    last = np.full(batch.n_pairs, np.iinfo(np.int64).min)
    np.minimum.at(first, batch.pair_of_play, batch.play_at)
    np.maximum.at(last, batch.pair_of_play, batch.play_at)
    context_at = batch.context_at[batch.pair_context]
    since_first, since_last = (context_at - first) / DAY, (context_at - last) / DAY
    days = _distinct_days(batch)
    interval = (since_first - since_last) / np.maximum(days - 1.0, 1.0)
    recent = (batch.play_age_days <= 28).astype(np.float64)
    return {
        "own_plays": batch.of_pair(plays, 0.0),
        "own_plays_28d": batch.of_pair(batch.sum_by_pair(recent), 0.0),
        "own_strength": batch.of_pair(batch.sum_by_pair(batch.play_strength), 0.0),
        "own_days": batch.of_pair(days, 0.0),
        "own_share": batch.of_pair(plays / batch.sum_by_context()[batch.pair_context], 0.0),
        "own_days_since_first": batch.of_pair(since_first, LONG_AGO),
        "own_days_since_last": batch.of_pair(since_last, LONG_AGO),
        "own_overdue": batch.of_pair(np.where(days > 1, since_last / (interval + 1.0), 0.0), 0.0),
    }


def _distinct_days(batch: Batch) -> Floats:
    """Count the distinct UTC days on which each pair was played."""
    day = batch.play_at // DAY
    order = np.lexsort((day, batch.pair_of_play))
    pair, day = batch.pair_of_play[order], day[order]
    fresh = np.ones(len(pair), dtype=bool)
    fresh[1:] = (pair[1:] != pair[:-1]) | (day[1:] != day[:-1])
    return np.bincount(pair[fresh], minlength=batch.n_pairs).astype(np.float64)


ENCODER = Encoder(
    family="profile_title",
    needs=("history",),
    features={
        "own_plays": "plays of the title by the profile; 0 for none",
        "own_plays_28d": "plays of the title by the profile in the last 28 days; 0 for none",
        "own_strength": "sum of the strengths of these plays; 0 for none",
        "own_days": "distinct days with such a play; 0 for none",
        "own_share": "share of the profile's plays that this title has; 0 for none",
        "own_days_since_first": "days since the profile's first play of it; 9999 for none",
        "own_days_since_last": "days since the profile's last play of it; 9999 for none",
        "own_overdue": "days since the last play over the usual interval + 1; 0 below two days",
    },
    encode=encode,
)
