"""What ensembles have in common: rankers made of rankers that are trained already."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from dmc12.dataset import Dataset, Ints
from dmc12.trainers.base import Floats, Importance, Params, Scorer, Trainer, document_of

ReadDocument = Callable[[dict[str, Any]], Scorer]


class EnsembleScorer(ABC):
    """A scorer made of others; its text holds theirs, so that it needs no other file."""

    bases: tuple[Scorer, ...]
    best_iteration: None = None

    @property
    def features(self) -> tuple[str, ...]:
        """The features that any of the bases reads, each once."""
        return tuple(dict.fromkeys(name for base in self.bases for name in base.features))

    @property
    def reads_contexts(self) -> bool:
        """Whether an item's score depends on the other items of its context."""
        return any(reads_contexts(base) for base in self.bases)

    @abstractmethod
    def combine(self, scores: Sequence[Floats], group_sizes: Ints, *, threads: int = 1) -> Floats:
        """Return the scores (n) of n items in contexts of `group_sizes`, given each base's (n)."""

    def score(
        self, features: Floats, *, threads: int = 1, group_sizes: Ints | None = None
    ) -> Floats:
        """Return one score a row, as any scorer does; without `group_sizes`, of one context."""
        if features.ndim != 2 or features.shape[1] != len(self.features):
            raise ValueError(
                f"expected a matrix of {len(self.features)} features, got {features.shape}"
            )
        place = {name: index for index, name in enumerate(self.features)}
        scores = [
            score(base, features[:, [place[name] for name in base.features]], threads, group_sizes)
            for base in self.bases
        ]
        sizes = np.array([len(features)]) if group_sizes is None else group_sizes
        return self.combine(scores, sizes, threads=threads)

    @abstractmethod
    def to_text(self) -> str:
        """Return the text that `scorer_from_text` reads back."""

    @abstractmethod
    def importances(self) -> list[Importance]:
        """Return what each base contributes, where that was learnt."""


def score(
    scorer: Scorer, features: Floats, threads: int, group_sizes: Ints | None = None
) -> Floats:
    """Score a matrix by any scorer; ensembles are told its contexts."""
    if isinstance(scorer, EnsembleScorer):
        return scorer.score(features, threads=threads, group_sizes=group_sizes)
    return scorer.score(features, threads=threads)


def reads_contexts(scorer: Scorer) -> bool:
    """Tell whether an item's score depends on the other items of its context."""
    return isinstance(scorer, EnsembleScorer) and scorer.reads_contexts


@dataclass(frozen=True)
class Member:
    """A base as its ensemble's trainer meets it: trained, and able to be trained again.

    `scorer` is the whole one; `params` and `features` are its set's; `members` are its own bases.
    `refits` are trainings on the first contexts that were made before, by how many contexts.
    """

    name: str
    trainer: "Trainer | EnsembleTrainer"
    params: Params
    features: tuple[str, ...]
    scorer: Scorer
    members: tuple["Member", ...] = ()
    refits: Mapping[int, Scorer] = field(default_factory=dict)

    def refitted(self, dataset: Dataset, validation: Dataset, threads: int) -> Scorer:
        """Train the base on the first contexts, for as many rounds as the whole one kept."""
        if dataset.n_contexts in self.refits:
            return self.refits[dataset.n_contexts]
        params = self.params
        if getattr(params, "early_stopping_rounds", None) is not None:
            kept = {
                "num_boost_round": self.scorer.best_iteration,
                "early_stopping_rounds": None,
            }
            params = params.model_copy(update=kept)
        try:
            if isinstance(self.trainer, EnsembleTrainer):
                members = [
                    replace(member, scorer=member.refitted(dataset, validation, threads))
                    for member in self.members
                ]
                return self.trainer.combine(members, dataset, params, validation, threads=threads)
            return self.trainer.fit(dataset.select(self.features), params, threads=threads)
        except ValueError as error:
            raise ValueError(f"base {self.name}: {error}") from None


class EnsembleTrainer(ABC):
    """How an ensemble comes to be."""

    name: str
    params: type[Params]

    @abstractmethod
    def combine(
        self,
        members: Sequence[Member],
        dataset: Dataset,
        params: Any,
        validation: Dataset,
        *,
        threads: int = 1,
    ) -> EnsembleScorer:
        """Return the ensemble; `dataset` and `validation` have every member's features.

        Equal arguments give a scorer of equal text, whatever `threads`. Raise ValueError naming the
        cause where the data cannot be trained on.
        """

    def refitted_on(self, params: Any, n_contexts: int) -> list[int]:
        """Return on how many of the first contexts each base is trained again; none by default."""
        return []


@dataclass(frozen=True)
class Scale:
    """A score's mean and deviation over some items, by which scores of different kinds compare."""

    mean: float
    deviation: float

    @classmethod
    def of(cls, scores: Floats) -> "Scale":
        """Measure n scores; of none, and of equal ones, the deviation is 1."""
        if not len(scores):
            return cls(0.0, 1.0)
        return cls(float(np.mean(scores)), float(np.std(scores)) or 1.0)

    def apply(self, scores: Floats) -> Floats:
        """Return the standardised scores."""
        return (scores - self.mean) / self.deviation


def measured_on(dataset: Dataset, validation: Dataset) -> Dataset:
    """Return the items that scales are measured on: validation's, or, without any, training's."""
    return validation if validation.n_items else dataset


def parts_document(bases: Sequence[Scorer], scales: Sequence[Scale]) -> dict[str, Any]:
    """Return what every ensemble's JSON holds: its bases, whole, and their scales."""
    return {
        "bases": [document_of(base) for base in bases],
        "scales": [[scale.mean, scale.deviation] for scale in scales],
    }


def parts_of(
    document: dict[str, Any], read: ReadDocument
) -> tuple[tuple[Scorer, ...], tuple[Scale, ...]]:
    """Read the bases and scales of an ensemble's JSON; `read` reads a base."""
    bases = tuple(read(base) for base in document["bases"])
    return bases, tuple(Scale(mean, deviation) for mean, deviation in document["scales"])
