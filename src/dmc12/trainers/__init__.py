"""The trainers: declared here once, each behind the same interface."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

from dmc12.trainers import (
    blend,
    distributed_lambdarank,
    feature,
    lexicographic,
    lightgbm,
    linear,
    spark_ml,
    stack,
    trees,
)
from dmc12.trainers.base import Scorer, Trainer
from dmc12.trainers.ensemble import EnsembleTrainer

TRAINERS: dict[str, Trainer | EnsembleTrainer] = {
    trainer.name: trainer
    for trainer in (
        feature.FeatureTrainer(),
        lexicographic.LexicographicTrainer(),
        lightgbm.LAMBDARANK,
        lightgbm.SAMPLED_LAMBDARANK,
        lightgbm.RANK_XENDCG,
        lightgbm.POINTWISE,
        distributed_lambdarank.DISTRIBUTED_LAMBDARANK,
        spark_ml.LOGISTIC_REGRESSION,
        spark_ml.BOOSTED_REGRESSOR,
        blend.BlendTrainer(),
        stack.StackTrainer(),
    )
}

_READERS: dict[str, Callable[[dict[str, Any]], Scorer]] = {
    feature.KIND: feature.from_document,
    lexicographic.KIND: lexicographic.from_document,
    lightgbm.KIND: lightgbm.from_document,
    linear.KIND: linear.from_document,
    trees.KIND: trees.from_document,
    blend.KIND: lambda document: blend.from_document(document, _from_document),
    stack.KIND: lambda document: stack.from_document(document, _from_document),
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
    return _from_document(json.loads(text))


def _from_document(document: dict[str, Any]) -> Scorer:
    """Read a scorer back from its text's JSON."""
    if document["kind"] not in _READERS:
        raise ValueError(f"unknown kind of scorer {document['kind']!r}; known: {list(_READERS)}")
    return _READERS[document["kind"]](document)
