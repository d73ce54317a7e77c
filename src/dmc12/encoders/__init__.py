"""The encoders: one file each, declared here once, used the same way offline and online."""

from dmc12.encoders import (
    coplay_similarity,
    creator_affinity,
    genre_affinity,
    own_plays,
    profile_activity,
    profile_tenure,
    title_age,
    title_country_popularity,
    title_popularity,
    true_utility,
)
from dmc12.encoders.base import Encoder

ENCODERS: tuple[Encoder, ...] = (
    profile_tenure.ENCODER,
    profile_activity.ENCODER,
    title_popularity.ENCODER,
    title_country_popularity.ENCODER,
    title_age.ENCODER,
    own_plays.ENCODER,
    genre_affinity.ENCODER,
    creator_affinity.ENCODER,
    coplay_similarity.ENCODER,
    true_utility.ENCODER,
)

FEATURES: dict[str, Encoder] = {name: encoder for encoder in ENCODERS for name in encoder.features}

ORACLE_FEATURES: frozenset[str] = frozenset(
    name for name, encoder in FEATURES.items() if encoder.family == "oracle"
)
