"""How the profile's plays fall into visits."""

import numpy as np

from dmc12.encoders.base import Encoder, Feature, Floats
from dmc12.encoders.batch import DAY, LONG_AGO, Batch


def encode(batch: Batch) -> dict[str, Floats]:
    """Count, space and measure the visits of each context's past."""
    starts, visit_of_play = batch.starts_visit, batch.visit_of_play
    visits = batch.count_by_context(starts)
    plays_of_visit = np.bincount(visit_of_play, minlength=1).astype(np.float64)
    last_visit_plays = np.zeros(batch.n_contexts)
    last = batch.is_last_play
    last_visit_plays[batch.play_context[last]] = plays_of_visit[visit_of_play[last]]
    first_at, last_at = np.zeros((2, batch.n_contexts))
    context, at = batch.play_context[starts], batch.play_at[starts]
    last_at[context] = at  # of equal places the last assignment holds
    first_at[context[::-1]] = at[::-1]
    interval = (last_at - first_at) / DAY / np.maximum(visits - 1, 1)
    return {
        "profile_visits": batch.of_context(visits),
        "profile_visit_interval_days": batch.of_context(np.where(visits > 1, interval, LONG_AGO)),
        "profile_last_visit_plays": batch.of_context(last_visit_plays),
        "profile_plays_per_visit": batch.of_context(
            batch.count_by_context() / np.maximum(visits, 1)
        ),
    }


ENCODER = Encoder(
    name="profile_visits",
    family="profile",
    needs=("history",),
    features={
        "profile_visits": Feature("visits so far, told apart by 4 idle hours", 0, "all"),
        "profile_visit_interval_days": Feature("mean days between visits", LONG_AGO, "all"),
        "profile_last_visit_plays": Feature("plays of the last visit", 0, "last"),
        "profile_plays_per_visit": Feature("mean plays of a visit", 0, "all"),
    },
    encode=encode,
)
