"""Whether the title is news to the profile."""

import numpy as np

from dmc12.encoders.base import Encoder, Feature, Floats
from dmc12.encoders.batch import Batch


def encode(batch: Batch) -> dict[str, Floats]:
    """Mark titles that the profile has never played, and those out since its last play."""
    last_at = np.full(batch.n_contexts, np.iinfo(np.int64).max)
    last = batch.is_last_play
    last_at[batch.play_context[last]] = batch.play_at[last]
    launched_at = batch.state.launched_at[batch.item_title]
    return {
        "is_new_to_profile": batch.of_pair(np.zeros(batch.n_pairs), 1.0),
        "is_out_since_last_play": (launched_at > last_at[batch.item_context]).astype(np.float64),
    }


ENCODER = Encoder(
    name="title_novelty",
    family="profile_title",
    needs=("history", "titles"),
    features={
        "is_new_to_profile": Feature(
            "1 if the profile has never played the title, else 0", 1, "all"
        ),
        "is_out_since_last_play": Feature(
            "1 if it came out after the last play, else 0", 0, "last"
        ),
    },
    encode=encode,
)
