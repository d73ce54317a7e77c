"""Trainer `lexicographic`: the first feature decides, later ones only break its ties.

The score of keys a, b, c is a + squash(b + squash(c)) with squash(x) = x / (1 + x), in [0, 1). All
keys but the last are integral, so a smaller squashed rest never reaches over a step of 1.
"""

from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from dmc12.dataset import Dataset
from dmc12.trainers.base import Floats, Importance, Params, checked, envelope

KIND = "lexicographic"


class LexicographicParams(Params):
    """`features` are the keys, the deciding one first."""

    features: Annotated[list[str], Field(min_length=1)]

    def own_features(self) -> list[str]:
        """Return the keys."""
        return self.features


@dataclass(frozen=True)
class LexicographicScorer:
    """Scores items so that they order as tuples of their keys do.

    That holds exactly for the first key, and for later ones up to the resolution of a float64:
    beside a first key of a, second keys of up to about 1e7 / sqrt(1 + a) are told apart.
    """

    features: tuple[str, ...]
    best_iteration: None = None

    def score(self, features: Floats, *, threads: int = 1) -> Floats:
        """Return the scores of n x f keys; ValueError for a negative or fractional deciding key."""
        keys = checked(features, self.features)
        self._refuse(keys < 0, keys, "keys must be >= 0")
        deciding = keys[:, :-1]
        self._refuse(deciding != np.floor(deciding), keys, "all keys but the last are integral")
        score = keys[:, -1].copy()
        for key in deciding.T[::-1]:
            # A rest that rounds up to the next integer would tie with a greater key.
            score = np.minimum(key + score / (1.0 + score), np.nextafter(key + 1.0, 0.0))
        return score

    def _refuse(self, wrong: NDArray[np.bool_], keys: Floats, rule: str) -> None:
        """Raise ValueError for the first wrong key."""
        if wrong.any():
            row, place = np.argwhere(wrong)[0]
            raise ValueError(f"feature {self.features[place]} is {keys[row, place]}: {rule}")

    def to_text(self) -> str:
        """Return the text, which holds the keys' names."""
        return envelope(KIND, self.features)

    def importances(self) -> list[Importance]:
        """Return nothing: nothing was learnt."""
        return []


def from_document(document: dict[str, Any]) -> LexicographicScorer:
    """Read a scorer back from its text's JSON."""
    return LexicographicScorer(tuple(document["features"]))


@dataclass(frozen=True)
class LexicographicTrainer:
    """Learns nothing."""

    name: str = "lexicographic"
    params: type[Params] = LexicographicParams

    def fit(
        self,
        dataset: Dataset,
        params: LexicographicParams,
        *,
        validation: Dataset | None = None,
        threads: int = 1,
    ) -> LexicographicScorer:
        """Return the scorer of the keys that `params` names, once it has scored `dataset`."""
        scorer = LexicographicScorer(tuple(params.features))
        for _, block in dataset.select(params.features).blocks():
            scorer.score(block)
        return scorer
