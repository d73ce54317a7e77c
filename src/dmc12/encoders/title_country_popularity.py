"""How often the title has been played in the context's country, and relative to everywhere."""

import numpy as np

from dmc12.encoders.base import Encoder, Feature, Floats
from dmc12.encoders.batch import Batch


def encode(batch: Batch) -> dict[str, Floats]:
    """Look the title up in the day's snapshot of the context's country."""
    plays = batch.in_country("plays_all")
    return {
        "title_country_plays_1d": batch.in_country("plays_1d"),
        "title_country_plays_7d": batch.in_country("plays_7d"),
        "title_country_plays_28d": batch.in_country("plays_28d"),
        "title_country_plays": plays,
        "title_country_share": plays / np.maximum(batch.everywhere("plays_all"), 1.0),
        "title_country_trend": batch.in_country("trend"),
    }


ENCODER = Encoder(
    name="title_country_popularity",
    family="title",
    needs=("context", "popularity"),
    features={
        "title_country_plays_1d": Feature("its plays in the country the day before", 0, "1d"),
        "title_country_plays_7d": Feature("its plays in the country, 7 days before", 0, "7d"),
        "title_country_plays_28d": Feature("its plays in the country, 28 days before", 0, "28d"),
        "title_country_plays": Feature("its plays in the country so far", 0, "all"),
        "title_country_share": Feature("share of its plays that the country has", 0, "all"),
        "title_country_trend": Feature("title_trend within the country", 1, "28d"),
    },
    encode=encode,
)
