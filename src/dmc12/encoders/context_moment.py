"""When the ranking is asked for."""

import numpy as np

from dmc12.encoders.base import Encoder, Feature, Floats
from dmc12.encoders.batch import DAY, HOUR, Batch


def encode(batch: Batch) -> dict[str, Floats]:
    """Read the context's moment off the clock and the calendar, in UTC."""
    weekday = (batch.context_at // DAY + 3) % 7  # 1970-01-01 was a Thursday
    return {
        "context_hour": batch.of_context(batch.context_at % DAY / HOUR),
        "context_weekday": batch.of_context(weekday.astype(np.float64)),
        "context_is_weekend": batch.of_context((weekday >= 5).astype(np.float64)),
    }


ENCODER = Encoder(
    name="context_moment",
    family="profile",
    needs=("context",),
    features={
        "context_hour": Feature("hour of the day, UTC, with its fraction"),
        "context_weekday": Feature("day of the week, UTC, from 0, Monday"),
        "context_is_weekend": Feature("1 on Saturday and Sunday, UTC, else 0"),
    },
    encode=encode,
)
