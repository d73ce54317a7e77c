"""The encoders: one file each, declared here once, used the same way offline and online."""

from typing import get_args

from dmc12.encoders import (
    als_factors,
    context_moment,
    coplay_similarity,
    creator_affinity,
    earlier_ranker,
    genre_affinity,
    own_plays,
    own_visits,
    profile_activity,
    profile_clock,
    profile_novelty,
    profile_tenure,
    profile_visits,
    title_age,
    title_country_lift,
    title_country_popularity,
    title_novelty,
    title_popularity,
    true_utility,
)
from dmc12.encoders.base import Encoder, Family

_OF_FACTS: tuple[Encoder, ...] = (
    context_moment.ENCODER,
    profile_tenure.ENCODER,
    profile_activity.ENCODER,
    profile_visits.ENCODER,
    profile_clock.ENCODER,
    profile_novelty.ENCODER,
    title_popularity.ENCODER,
    title_country_popularity.ENCODER,
    title_country_lift.ENCODER,
    title_age.ENCODER,
    own_plays.ENCODER,
    own_visits.ENCODER,
    title_novelty.ENCODER,
    genre_affinity.ENCODER,
    creator_affinity.ENCODER,
    coplay_similarity.ENCODER,
    als_factors.ENCODER,
)

ENCODERS: tuple[Encoder, ...] = (
    *_OF_FACTS,
    earlier_ranker.over(_OF_FACTS),
    true_utility.ENCODER,
)

FEATURES: dict[str, Encoder] = {name: encoder for encoder in ENCODERS for name in encoder.features}

FAMILIES: tuple[str, ...] = get_args(Family)

ORACLE_FEATURES: frozenset[str] = frozenset(
    name for name, encoder in FEATURES.items() if encoder.family == "oracle"
)
