"""How often the title has been played everywhere, as of the start of the context's day."""

import numpy as np

from dmc12.encoders.base import Encoder, Floats
from dmc12.encoders.batch import Batch


def encode(batch: Batch) -> dict[str, Floats]:
    """Look the title up in the day's snapshot of all countries."""
    day = batch.item_day
    everywhere = np.zeros_like(day)
    plays = {
        column: batch.state.popularity.lookup(column, day, everywhere, batch.item_title)
        for column in batch.state.popularity.COLUMNS
    }
    return {
        "title_plays_1d": plays["plays_1d"],
        "title_plays_7d": plays["plays_7d"],
        "title_plays_28d": plays["plays_28d"],
        "title_plays": plays["plays_all"],
        "title_profiles": plays["profiles_all"],
        "title_plays_per_profile": plays["plays_all"] / np.maximum(plays["profiles_all"], 1.0),
        "title_trend": (4.0 * plays["plays_7d"] + 1.0) / (plays["plays_28d"] + 1.0),
    }


ENCODER = Encoder(
    family="title",
    needs=("popularity",),
    features={
        "title_plays_1d": "plays of the title on the day before; 0 for none",
        "title_plays_7d": "plays of the title in the 7 days before; 0 for none",
        "title_plays_28d": "plays of the title in the 28 days before; 0 for none",
        "title_plays": "plays of the title so far; 0 for none",
        "title_profiles": "distinct profiles that have played the title; 0 for none",
        "title_plays_per_profile": "plays of the title by each profile that played it; 0 for none",
        "title_trend": "weekly pace of the last 7 days over that of the last 28; 1 for none",
    },
    encode=encode,
)
