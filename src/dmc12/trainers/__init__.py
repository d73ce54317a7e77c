"""The trainers: declared here once, each behind the same interface."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

from dmc12.trainers import feature, lexicographic, lightgbm, linear, trees
from dmc12.trainers.base import Scorer, Trainer

TRAINERS: dict[str, Trainer] = {
    trainer.name: trainer
    for trainer in (
        feature.FeatureTrainer(),
        lexicographic.LexicographicTrainer(),
        lightgbm.LAMBDARANK,
        lightgbm.SAMPLED_LAMBDARANK,
        lightgbm.RANK_XENDCG,
        lightgbm.POINTWISE,
    )
}

_READERS: dict[str, Callable[[dict[str, Any]], Scorer]] = {
    feature.KIND: feature.from_document,
    lexicographic.KIND: lexicographic.from_document,
    lightgbm.KIND: lightgbm.from_document,
    linear.KIND: linear.from_document,
    trees.KIND: trees.from_document,
}


def text_sha256(text: str) -> str:
    """Return the SHA-256 of a scorer's text, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def scorer_from_text(text: str, sha256: str) -> Scorer:
    """Read a scorer back; raise ValueError if the text is not the one that `sha256` was made of.

    The check comes first, because LightGBM aborts the whole process on a damaged text.
    """
    found = text_sha256(text)
    if found != sha256:
        raise ValueError(f"the scorer's text is damaged: its SHA-256 is {found}, not {sha256}")
    document = json.loads(text)
    if document["kind"] not in _READERS:
        raise ValueError(f"unknown kind of scorer {document['kind']!r}; known: {list(_READERS)}")
    return _READERS[document["kind"]](document)
