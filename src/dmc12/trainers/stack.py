"""Trainer `stack`: a meta learner reads the scores that several rankers give.

It is fitted on scores out of fold, by time: the training contexts are cut into consecutive blocks,
and each block but the first is scored by bases that were trained on the blocks before it. What
scores in the end are the whole bases. Fold bases and whole ones are on no common scale, so the
scores of each are standardised by its mean and deviation over the same items, those of validation
(no label is looked at). Wolpert 1992, Stacked Generalization.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from dmc12.dataset import Dataset, Ints
from dmc12.trainers.base import (
    Floats,
    Importance,
    Params,
    Scorer,
    check_params,
    document_of,
    envelope,
)
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
from dmc12.trainers.lightgbm import LAMBDARANK, POINTWISE, RANK_XENDCG
from dmc12.trainers.passes import score_dataset

KIND = "stack"
META = {trainer.name: trainer for trainer in (LAMBDARANK, RANK_XENDCG, POINTWISE)}


class StackParams(Params):
    """`of` names the rankers, `folds` counts the blocks of time, `meta` learns from the scores.

    `meta_params` are the meta learner's parameters.
    """

    of: Annotated[list[str], Field(min_length=2)]
    folds: Annotated[int, Field(ge=2, le=100)] = 4
    meta: Literal["lambdarank", "rank_xendcg", "pointwise"] = "lambdarank"
    meta_params: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _agree(self) -> Self:
        """Check the meta learner's parameters, and that each ranker is named once."""
        if len(set(self.of)) < len(self.of):
            raise ValueError(f"of names a ranker twice: {', '.join(self.of)}")
        check_params(META[self.meta], self.meta_params)
        return self

    def bases(self) -> list[str]:
        """Return the rankers."""
        return self.of


@dataclass(frozen=True)
class StackScorer(EnsembleScorer):
    """Scores by what the meta learner makes of the bases' standardised scores."""

    bases: tuple[Scorer, ...]
    scales: tuple[Scale, ...]
    meta: Scorer

    def combine(self, scores: Sequence[Floats], group_sizes: Ints, *, threads: int = 1) -> Floats:
        """Return the meta learner's scores."""
        columns = [scale.apply(own) for scale, own in zip(self.scales, scores, strict=True)]
        return self.meta.score(np.column_stack(columns), threads=threads)

    def to_text(self) -> str:
        """Return the text, which holds the bases' texts and the meta learner's."""
        return envelope(
            KIND,
            self.features,
            meta=document_of(self.meta),
            **parts_document(self.bases, self.scales),
        )

    def importances(self) -> list[Importance]:
        """Return each base's importance to the meta learner."""
        return self.meta.importances()


def from_document(document: dict[str, Any], read: ReadDocument) -> StackScorer:
    """Read a scorer back from its text's JSON; `read` reads its bases and meta learner."""
    return StackScorer(*parts_of(document, read), read(document["meta"]))


class StackTrainer(EnsembleTrainer):
    """Fits the bases fold by fold, then the meta learner on what they give out of fold."""

    name = "stack"
    params = StackParams

    def combine(
        self,
        members: Sequence[Member],
        dataset: Dataset,
        params: StackParams,
        validation: Dataset,
        *,
        threads: int = 1,
    ) -> StackScorer:
        """Return the stack; ValueError where a fold cannot be trained on."""
        names = [member.name for member in members]
        measured = measured_on(dataset, validation)

        def columns(scorers: Sequence[Scorer], contexts: Dataset) -> dict[str, Floats]:
            scales = [Scale.of(own) for own in score_dataset(scorers, measured, threads=threads)]
            scores = score_dataset(scorers, contexts, threads=threads)
            return {
                name: scale.apply(own)
                for name, scale, own in zip(names, scales, scores, strict=True)
            }

        edges = fold_edges(dataset.n_contexts, params.folds)
        parts = []
        for fold in range(1, params.folds):
            earlier = dataset.contexts(0, edges[fold])
            block = dataset.contexts(edges[fold], edges[fold + 1])
            try:
                fitted = [member.refitted(earlier, validation, threads) for member in members]
            except ValueError as error:
                raise ValueError(f"before block {fold + 1} of {params.folds}: {error}") from None
            parts.append(columns(fitted, block))
        whole = [member.scorer for member in members]
        train = replace(
            dataset.contexts(edges[1], dataset.n_contexts),
            columns={name: np.concatenate([part[name] for part in parts]) for name in names},
        )
        meta = META[params.meta]
        fitted_meta = meta.fit(
            train,
            check_params(meta, params.meta_params),
            validation=replace(validation, columns=columns(whole, validation), directory=None),
            threads=threads,
        )
        scales = [Scale.of(own) for own in score_dataset(whole, measured, threads=threads)]
        return StackScorer(tuple(whole), tuple(scales), fitted_meta)

    def refitted_on(self, params: StackParams, n_contexts: int) -> list[int]:
        """Return where the blocks but the first begin."""
        return fold_edges(n_contexts, params.folds)[1:-1]


def fold_edges(contexts: int, folds: int) -> list[int]:
    """Return where blocks of time begin and the last one ends; ValueError for an empty block."""
    if contexts < folds:
        raise ValueError(f"{folds} folds need as many training contexts, and there are {contexts}")
    return [contexts * fold // folds for fold in range(folds + 1)]
