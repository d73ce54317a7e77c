"""How long the profile has been a member."""

from dmc12.encoders.base import Encoder, Feature, Floats
from dmc12.encoders.batch import DAY, Batch


def encode(batch: Batch) -> dict[str, Floats]:
    """Count days from sign-up to the context."""
    return {"tenure_days": batch.of_context((batch.context_at - batch.signed_up_at) / DAY)}


ENCODER = Encoder(
    name="profile_tenure",
    family="profile",
    needs=("context",),
    features={"tenure_days": Feature("days from sign-up to the context")},
    encode=encode,
)
