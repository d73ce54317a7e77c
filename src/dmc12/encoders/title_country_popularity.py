"""How often the title has been played in the context's country, and relative to everywhere."""

import numpy as np

from dmc12.encoders.base import Encoder, Floats
from dmc12.encoders.batch import Batch


def encode(batch: Batch) -> dict[str, Floats]:
    """Look the title up in the day's snapshot of the context's country."""
    day = batch.item_day
    country = batch.country[batch.item_context]
    lookup = batch.state.popularity.lookup
    week, month, ever = (
        lookup(column, day, country, batch.item_title)
        for column in ("plays_7d", "plays_28d", "plays_all")
    )
    everywhere = lookup("plays_all", day, np.zeros_like(day), batch.item_title)
    return {
        "title_country_plays_7d": week,
        "title_country_plays_28d": month,
        "title_country_plays": ever,
        "title_country_share": ever / np.maximum(everywhere, 1.0),
    }


ENCODER = Encoder(
    family="title",
    needs=("popularity",),
    features={
        "title_country_plays_7d": "plays of the title in the country, 7 days before; 0 for none",
        "title_country_plays_28d": "plays of the title in the country, 28 days before; 0 for none",
        "title_country_plays": "plays of the title in the country so far; 0 for none",
        "title_country_share": "share of the title's plays that the country has; 0 for none",
    },
    encode=encode,
)
