"""Trainer `feature`: the score is one feature, as it is. Popularity, recency, the oracle."""

from dataclasses import dataclass
from typing import Any

from dmc12.dataset import Dataset
from dmc12.trainers.base import Floats, Importance, Params, checked, envelope

KIND = "feature"


class FeatureParams(Params):
    """`feature` is the name of the feature to score by."""

    feature: str

    def own_features(self) -> list[str]:
        """Return the one feature."""
        return [self.feature]


@dataclass(frozen=True)
class FeatureScorer:
    """Scores an item by its one feature."""

    features: tuple[str, ...]
    best_iteration: None = None

    def score(self, features: Floats, *, threads: int = 1) -> Floats:
        """Return the one column of `features` (n x 1)."""
        return checked(features, self.features)[:, 0].copy()

    def to_text(self) -> str:
        """Return the text, which holds the feature's name."""
        return envelope(KIND, self.features)

    def importances(self) -> list[Importance]:
        """Return nothing: nothing was learnt."""
        return []


def from_document(document: dict[str, Any]) -> FeatureScorer:
    """Read a scorer back from its text's JSON."""
    return FeatureScorer(tuple(document["features"]))


@dataclass(frozen=True)
class FeatureTrainer:
    """Learns nothing."""

    name: str = "feature"
    params: type[Params] = FeatureParams

    def fit(
        self,
        dataset: Dataset,
        params: FeatureParams,
        *,
        validation: Dataset | None = None,
        threads: int = 1,
    ) -> FeatureScorer:
        """Return the scorer of the feature that `params` names."""
        dataset.select([params.feature])
        return FeatureScorer((params.feature,))
