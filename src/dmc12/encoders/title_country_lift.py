"""How large a part of all playing the title has, and how much larger in the context's country."""

import numpy as np

from dmc12.encoders.base import Encoder, Feature, Floats
from dmc12.encoders.batch import Batch

PRIOR_PLAYS = 50.0  # as many plays, in proportion to all countries', are added to the country's


def encode(batch: Batch) -> dict[str, Floats]:
    """Compare the title's share of the country's recent plays with its share of all."""
    plays, total = batch.everywhere("plays_28d"), batch.total_everywhere("plays_28d")
    share = plays / np.maximum(total, 1.0)
    own, own_total = batch.in_country("plays_28d"), batch.total_in_country("plays_28d")
    shrunk = (own + PRIOR_PLAYS * share) / (own_total + PRIOR_PLAYS)
    return {
        "title_play_share_28d": share,
        "title_country_lift": np.divide(shrunk, share, out=np.ones_like(share), where=share > 0),
    }


ENCODER = Encoder(
    name="title_country_lift",
    family="title",
    needs=("context", "popularity"),
    features={
        "title_play_share_28d": Feature("share of all plays that the title has", 0, "28d"),
        "title_country_lift": Feature("its share in the country over that, shrunk to 1", 1, "28d"),
    },
    encode=encode,
)
