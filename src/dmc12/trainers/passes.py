"""One pass over some items, in which each scorer scores once, also where ensembles hold it."""

from collections.abc import Mapping, Sequence

import numpy as np

from dmc12.dataset import Dataset, Ints
from dmc12.trainers.base import Floats, Scorer
from dmc12.trainers.ensemble import EnsembleScorer


class Pass:
    """A pass over n items in contexts of `group_sizes`; `columns` are features by name (n each)."""

    def __init__(
        self, columns: Mapping[str, Floats], group_sizes: Ints, *, threads: int = 1
    ) -> None:
        self.columns, self.group_sizes, self.threads = columns, group_sizes, threads
        self.n_items = int(group_sizes.sum())
        self._matrices: dict[tuple[str, ...], Floats] = {}
        self._scores: dict[Scorer, Floats] = {}

    def score(self, scorer: Scorer) -> Floats:
        """Return the scorer's scores (n); equal scorers score once. Raise ValueError as it does."""
        if scorer not in self._scores:
            if isinstance(scorer, EnsembleScorer):
                scores = [self.score(base) for base in scorer.bases]
                found = scorer.combine(scores, self.group_sizes, threads=self.threads)
            else:
                found = scorer.score(self._matrix(scorer.features), threads=self.threads)
            self._scores[scorer] = found
        return self._scores[scorer]

    def _matrix(self, features: tuple[str, ...]) -> Floats:
        """Return some features as a C-ordered matrix, made once."""
        if features not in self._matrices:
            matrix = np.empty((self.n_items, len(features)))
            for place, name in enumerate(features):
                matrix[:, place] = self.columns[name]
            self._matrices[features] = matrix
        return self._matrices[features]


def score_dataset(scorers: Sequence[Scorer], dataset: Dataset, *, threads: int) -> list[Floats]:
    """Return each scorer's scores of a dataset's items, some whole contexts at a time."""
    scores = [np.empty(dataset.n_items) for _ in scorers]
    for rows, contexts in dataset.whole_contexts():
        one = Pass(contexts.columns, contexts.group_sizes, threads=threads)
        for place, scorer in enumerate(scorers):
            scores[place][rows] = one.score(scorer)
    return scores
