"""How long the title has been out."""

from dmc12.encoders.base import Encoder, Floats
from dmc12.encoders.batch import DAY, Batch


def encode(batch: Batch) -> dict[str, Floats]:
    """Count days from the title's launch to the context."""
    launched_at = batch.state.launched_at[batch.item_title]
    return {"title_age_days": (batch.context_at[batch.item_context] - launched_at) / DAY}


ENCODER = Encoder(
    family="title",
    needs=("titles",),
    features={"title_age_days": "days from the title's launch to the context"},
    encode=encode,
)
