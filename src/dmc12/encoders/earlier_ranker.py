"""What a ranker that an earlier build released scores the title: stacking across builds."""

from collections.abc import Sequence

import numpy as np

from dmc12.encoders.base import Encoder, Feature, Floats
from dmc12.encoders.batch import Batch
from dmc12.trainers.passes import Pass


def over(encoders: Sequence[Encoder]) -> Encoder:
    """Return the encoder of an earlier ranker that reads what `encoders` make.

    It is not among them itself, so there is no chain of earlier rankers.
    """
    makers = {name: encoder for encoder in encoders for name in encoder.features}

    def encode(batch: Batch) -> dict[str, Floats]:
        """Make the features that the ranker reads, as of each context, and score them.

        Raise ValueError where there is no such ranker, and for a context by which what it has
        learned from was not visible yet.
        """
        earlier = batch.state.earlier_ranker
        if earlier is None:
            raise ValueError(
                "feature earlier_score needs the table earlier_ranker: declare knob earlier_ranker"
            )
        visible_at = earlier.learned_until + batch.state.publish_delay
        if (batch.context_at < visible_at).any():
            raise ValueError(
                f"feature earlier_score: the earlier ranker knows facts visible by "
                f"{_moment(visible_at)}, after the context at {_moment(batch.context_at.min())}"
            )
        scorer = earlier.scorer
        columns = {name: batch.encoded(makers[name])[name] for name in scorer.features}
        one = Pass(columns, np.array([len(batch.item_context)]))
        return {"earlier_score": one.score(scorer)}

    return Encoder(
        name="earlier_ranker",
        family="profile_title",
        needs=("features", "earlier_ranker"),
        features={
            "earlier_score": Feature(
                "score by the ranker of an earlier bundle that knob earlier_ranker names",
                window="all",
            )
        },
        encode=encode,
        fitted=True,
    )


def _moment(at: int) -> np.datetime64:
    """Give microseconds since 1970 as a moment that prints as one."""
    return np.datetime64(int(at), "us")
