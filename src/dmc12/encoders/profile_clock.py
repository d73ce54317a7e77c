"""Whether the profile tends to play at this time of the day and of the week."""

import numpy as np

from dmc12.encoders.base import Encoder, Feature, Floats
from dmc12.encoders.batch import DAY, HOUR, Batch

NEAR = 3 * HOUR


def encode(batch: Batch) -> dict[str, Floats]:
    """Give the shares of the profile's plays near the context's hour and on its weekday."""
    context_at = batch.context_at[batch.play_context]
    apart = (batch.play_at - context_at) % DAY
    near = np.minimum(apart, DAY - apart) <= NEAR
    same_weekday = (batch.play_at // DAY - context_at // DAY) % 7 == 0
    plays = np.maximum(batch.count_by_context(), 1.0)
    return {
        "profile_hour_share": batch.of_context(batch.count_by_context(near) / plays),
        "profile_weekday_share": batch.of_context(batch.count_by_context(same_weekday) / plays),
    }


ENCODER = Encoder(
    name="profile_clock",
    family="profile",
    needs=("context", "history"),
    features={
        "profile_hour_share": Feature(
            "share of plays within 3 hours of this time of day", 0, "all"
        ),
        "profile_weekday_share": Feature("share of plays on this day of the week, UTC", 0, "all"),
    },
    encode=encode,
)
