"""How long the title has been out."""

import numpy as np

from dmc12.encoders.base import Encoder, Feature, Floats
from dmc12.encoders.batch import DAY, Batch


def encode(batch: Batch) -> dict[str, Floats]:
    """Count days from the title's launch to the context."""
    launched_at = batch.state.launched_at[batch.item_title]
    age = (batch.context_at[batch.item_context] - launched_at) / DAY
    return {"title_age_days": age, "title_is_new": (age <= 28).astype(np.float64)}


ENCODER = Encoder(
    name="title_age",
    family="title",
    needs=("context", "titles"),
    features={
        "title_age_days": Feature("days from the title's launch to the context"),
        "title_is_new": Feature("1 if it came out in the last 28 days, else 0"),
    },
    encode=encode,
)
