"""Trainer `blend`: the weighted mean of several rankers' scores, or of their ranks.

Scores of different rankers are on no common scale, so they are standardised by the mean and the
deviation that each has over the validation items (no label is looked at). Ranks are those within
the item's context, tied items sharing the mean of theirs (Fagin, Kumar and Sivakumar 2003); such a
blend scores whole contexts alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from dmc12.dataset import Dataset, Ints
from dmc12.trainers.base import Floats, Importance, Params, Scorer, envelope
from dmc12.trainers.ensemble import (
    EnsembleScorer,
    EnsembleTrainer,
    Member,
    ReadDocument,
    Scale,
    measured_on,
    parts_document,
    parts_of,
)
from dmc12.trainers.passes import score_dataset

KIND = "blend"

Weight = Annotated[float, Field(gt=0)]


class BlendParams(Params):
    """`of` names the rankers, `weights` (one each) what they count by: none given, the same."""

    of: Annotated[list[str], Field(min_length=2)]
    weights: list[Weight] | None = None
    by: Literal["score", "rank"] = "score"

    @model_validator(mode="after")
    def _agree(self) -> Self:
        """Check that there is a weight for each ranker, and each once."""
        if len(set(self.of)) < len(self.of):
            raise ValueError(f"of names a ranker twice: {', '.join(self.of)}")
        if self.weights is not None and len(self.weights) != len(self.of):
            raise ValueError(f"{len(self.weights)} weights for {len(self.of)} rankers")
        return self

    def bases(self) -> list[str]:
        """Return the rankers."""
        return self.of


@dataclass(frozen=True)
class BlendScorer(EnsembleScorer):
    """Scores by a weighted mean: of standardised scores, or of ranks, negated.

    `weights` add to 1; there are no `scales` where ranks are taken.
    """

    bases: tuple[Scorer, ...]
    weights: tuple[float, ...]
    scales: tuple[Scale, ...]

    @property
    def reads_contexts(self) -> bool:
        """Ranks are among the items of a context."""
        return not self.scales or super().reads_contexts

    def combine(self, scores: Sequence[Floats], group_sizes: Ints, *, threads: int = 1) -> Floats:
        """Return the blended scores."""
        if self.scales:
            parts = [scale.apply(own) for scale, own in zip(self.scales, scores, strict=True)]
        else:
            parts = [-mean_ranks(own, group_sizes) for own in scores]
        return sum(
            (weight * part for weight, part in zip(self.weights, parts, strict=True)),
            start=np.zeros(len(parts[0])),
        )

    def to_text(self) -> str:
        """Return the text, which holds the bases' texts."""
        return envelope(
            KIND,
            self.features,
            weights=list(self.weights),
            **parts_document(self.bases, self.scales),
        )

    def importances(self) -> list[Importance]:
        """Return nothing: nothing was learnt beyond what the bases know."""
        return []


def mean_ranks(scores: Floats, group_sizes: Ints) -> Floats:
    """Return each item's rank within its context (n), 1 for the best, ties at their mean."""
    context = np.repeat(np.arange(len(group_sizes)), group_sizes)
    order = np.lexsort((-scores, context))
    ordered, of = scores[order], context[order]
    is_first = np.ones(len(scores), dtype=bool)
    is_first[1:] = (ordered[1:] != ordered[:-1]) | (of[1:] != of[:-1])
    first = np.flatnonzero(is_first)
    size = np.diff(np.append(first, len(scores)))
    start = np.cumsum(group_sizes) - group_sizes
    rank = np.repeat(first + (size + 1) / 2, size) - start[of]
    ranks = np.empty(len(scores))
    ranks[order] = rank
    return ranks


def from_document(document: dict[str, Any], read: ReadDocument) -> BlendScorer:
    """Read a scorer back from its text's JSON; `read` reads its bases."""
    bases, scales = parts_of(document, read)
    return BlendScorer(bases, tuple(document["weights"]), scales)


class BlendTrainer(EnsembleTrainer):
    """Measures scales, and learns nothing else."""

    name = "blend"
    params = BlendParams

    def combine(
        self,
        members: Sequence[Member],
        dataset: Dataset,
        params: BlendParams,
        validation: Dataset,
        *,
        threads: int = 1,
    ) -> BlendScorer:
        """Return the blend of the members."""
        weights = params.weights or [1.0] * len(members)
        scorers = [member.scorer for member in members]
        scales = []
        if params.by == "score":
            measured = measured_on(dataset, validation)
            scales = [Scale.of(own) for own in score_dataset(scorers, measured, threads=threads)]
        return BlendScorer(
            tuple(scorers), tuple(weight / sum(weights) for weight in weights), tuple(scales)
        )
