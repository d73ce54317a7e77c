"""In which of the profile's visits this very title was played: repeat consumption.

What is consumed again depends on how long ago, and in how many visits, it was before (Anderson,
Kumar, Tomkins and Vassilvitskii 2014, The dynamics of repeat consumption).
"""

import numpy as np

from dmc12.encoders.base import Encoder, Feature, Floats
from dmc12.encoders.batch import LONG_AGO, Batch


def encode(batch: Batch) -> dict[str, Floats]:
    """Number the visits, fold each title's plays into its first, last and distinct ones."""
    visit, pair = batch.visit_of_play, batch.pair_of_play
    visits = batch.count_by_context(batch.starts_visit)
    after_last = np.cumsum(visits)[batch.pair_context]  # the number after the context's last visit
    first, last = np.full((2, batch.n_pairs), -1, dtype=np.int64)
    last[pair] = visit  # plays ascend, so the last one holds
    first[pair[::-1]] = visit[::-1]
    share = batch.distinct_by_pair(visit) / np.maximum(after_last - first, 1)
    return {
        "own_visit_share": batch.of_pair(share, 0.0),
        "own_visits_since_last": batch.of_pair(after_last - 1.0 - last, LONG_AGO),
    }


ENCODER = Encoder(
    name="own_visits",
    family="profile_title",
    needs=("history",),
    features={
        "own_visit_share": Feature(
            "share of the profile's visits since its first play in which it was played", 0, "all"
        ),
        "own_visits_since_last": Feature("visits since the one of its last play", LONG_AGO, "all"),
    },
    encode=encode,
)
