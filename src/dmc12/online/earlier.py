"""The ranker of an earlier bundle whose score is a feature: found, judged, and made a row."""

from datetime import timedelta
from difflib import get_close_matches

import pyarrow as pa

from dmc12.encoders import FEATURES, ORACLE_FEATURES
from dmc12.knobs import EarlierRanker, Knobs
from dmc12.online.bundle import Bundle
from dmc12.online.errors import BundleError
from dmc12.online.load import load
from dmc12.trainers.base import Scorer
from dmc12.trainers.ensemble import reads_contexts

EARLIER_SCHEMA = pa.schema(
    [
        pa.field("ranker", pa.string(), nullable=False),
        pa.field("bundle", pa.string(), nullable=False),
        pa.field("bundle_fingerprint", pa.string(), nullable=False),
        pa.field("learned_until", pa.timestamp("us", tz="UTC"), nullable=False),
        pa.field("features", pa.list_(pa.string()), nullable=False),
        pa.field("text", pa.string(), nullable=False),
        pa.field("text_sha256", pa.string(), nullable=False),
    ]
)


def earlier_ranker(knobs: Knobs) -> pa.Table:
    """Return the row of the ranker that knob `earlier_ranker` names; without the knob, no row.

    Raise the BundleError that `load` does, and ValueError for a ranker that the bundle does not
    hold, whose score of an item depends on other items, that reads an earlier ranker's score itself
    or the truth, or that has learned from facts not visible by `train_starts_at`.
    """
    declared = knobs.earlier_ranker
    if declared is None:
        return EARLIER_SCHEMA.empty_table()
    try:
        bundle = load(declared.bundle, declared.fingerprint)
    except BundleError as error:
        raise type(error)(f"knob earlier_ranker: {error}") from None
    try:
        _check_ranker(_scorer(bundle, declared))
        _check_moments(bundle, knobs)
    except ValueError as error:
        raise ValueError(
            f"knob earlier_ranker: ranker {declared.ranker} of {declared.bundle} {error}"
        ) from None
    bundled = bundle.manifest.rankers[declared.ranker]
    row = {
        "ranker": declared.ranker,
        "bundle": declared.bundle,
        "bundle_fingerprint": bundle.fingerprint,
        "learned_until": bundle.manifest.learned_until_moment,
        "features": bundled.features,
        "text": (bundle.path / bundled.file).read_text(encoding="utf-8"),
        "text_sha256": bundle.manifest.files[bundled.file].sha256,
    }
    return pa.Table.from_pylist([row], EARLIER_SCHEMA)


def _scorer(bundle: Bundle, declared: EarlierRanker) -> Scorer:
    """Return the ranker's scorer; raise ValueError where the bundle has none of the name."""
    scorers = bundle.rankers.scorers
    if declared.ranker not in scorers:
        close = get_close_matches(declared.ranker, scorers, n=1)
        hint = f"did you mean {close[0]}?" if close else f"it has {', '.join(scorers)}"
        raise ValueError(f"is not there; {hint}")
    return scorers[declared.ranker]


def _check_ranker(scorer: Scorer) -> None:
    """Refuse a ranker whose score of an item is no feature of the item."""
    if reads_contexts(scorer):
        raise ValueError(
            "scores an item by its rank among the others of a context, which no feature may "
            "depend on: name one of its bases, or one that blends by score"
        )
    for feature in scorer.features:
        if feature in ORACLE_FEATURES or "features" in FEATURES[feature].needs:
            raise ValueError(f"reads {feature}, which no earlier ranker may: name another")


def _check_moments(bundle: Bundle, knobs: Knobs) -> None:
    """Refuse a bundle that knows what was not visible before the first train context."""
    delay = timedelta(hours=knobs.publish_delay_hours)
    visible_at = bundle.manifest.learned_until_moment + delay
    if knobs.train_starts_at < visible_at:
        raise ValueError(
            f"has learned from facts visible by {visible_at}, and train_starts_at is "
            f"{knobs.train_starts_at}: contexts would know their future. Train on contexts from "
            f"{visible_at} on, or name an earlier bundle"
        )
