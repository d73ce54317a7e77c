"""How long the profile has been a member."""

from dmc12.encoders.base import Encoder, Floats
from dmc12.encoders.batch import DAY, Batch


def encode(batch: Batch) -> dict[str, Floats]:
    """Count days from sign-up to the context."""
    return {"tenure_days": batch.of_context((batch.context_at - batch.signed_up_at) / DAY)}


ENCODER = Encoder(
    family="profile",
    needs=(),
    features={"tenure_days": "days from sign-up to the context"},
    encode=encode,
)
