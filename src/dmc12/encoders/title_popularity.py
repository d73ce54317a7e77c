"""How often the title has been played everywhere, as of the start of the context's day."""

import numpy as np

from dmc12.encoders.base import Encoder, Feature, Floats
from dmc12.encoders.batch import Batch


def encode(batch: Batch) -> dict[str, Floats]:
    """Look the title up in the day's snapshot of all countries."""
    plays, profiles = batch.everywhere("plays_all"), batch.everywhere("profiles_all")
    return {
        "title_plays_1d": batch.everywhere("plays_1d"),
        "title_plays_7d": batch.everywhere("plays_7d"),
        "title_plays_28d": batch.everywhere("plays_28d"),
        "title_plays": plays,
        "title_profiles": profiles,
        "title_plays_per_profile": plays / np.maximum(profiles, 1.0),
        "title_trend": batch.everywhere("trend"),
    }


ENCODER = Encoder(
    name="title_popularity",
    family="title",
    needs=("popularity",),
    features={
        "title_plays_1d": Feature("plays of the title on the day before", 0, "1d"),
        "title_plays_7d": Feature("plays of the title in the 7 days before", 0, "7d"),
        "title_plays_28d": Feature("plays of the title in the 28 days before", 0, "28d"),
        "title_plays": Feature("plays of the title so far", 0, "all"),
        "title_profiles": Feature("distinct profiles that have played the title", 0, "all"),
        "title_plays_per_profile": Feature("plays by each profile that played it", 0, "all"),
        "title_trend": Feature("weekly pace of the last 7 days over the last 28's", 1, "28d"),
    },
    encode=encode,
)
