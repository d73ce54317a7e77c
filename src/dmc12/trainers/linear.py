"""Scorer `linear`: a weighted sum of features, as of Spark ML's logistic regression."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field

from dmc12.trainers.base import Floats, Importance, Params, checked, envelope

KIND = "linear"


class LogisticParams(Params):
    """Spark ML's `LogisticRegression`, by its names and defaults; positive labels against none.

    `weights` says what an item counts by: 1, or its weight. `n_partitions` above 1 trains by as
    many tasks; above 2 Spark adds up in the order in which they end, and texts may differ by it.
    """

    max_iter: Annotated[int, Field(ge=1)] = 100
    reg_param: Annotated[float, Field(ge=0)] = 0.0
    elastic_net_param: Annotated[float, Field(ge=0, le=1)] = 0.0
    tol: Annotated[float, Field(ge=0)] = 1e-6
    weights: Literal["none", "item"] = "none"
    n_partitions: Annotated[int, Field(ge=1)] = 1


@dataclass(frozen=True)
class LinearScorer:
    """Scores by intercept + sum of coefficient x feature: the margin, not its sigmoid.

    `scales` are the features' standard deviations in training (f).
    """

    features: tuple[str, ...]
    coefficients: tuple[float, ...]
    scales: tuple[float, ...]
    intercept: float
    best_iteration: None = None

    def score(self, features: Floats, *, threads: int = 1) -> Floats:
        """Return the margins of n x f features."""
        # column by column: a matrix product may add up a row otherwise among other rows
        sums = np.zeros(len(checked(features, self.features)))
        for place, coefficient in enumerate(self.coefficients):
            sums += coefficient * features[:, place]
        return sums + self.intercept

    def to_text(self) -> str:
        """Return the text, which holds each number exactly."""
        return envelope(
            KIND,
            self.features,
            coefficients=self.coefficients,
            scales=self.scales,
            intercept=self.intercept,
        )

    def importances(self) -> list[Importance]:
        """Return as gain how far one standard deviation of each feature moves the score."""
        return [
            Importance(name, abs(coefficient) * scale, 0)
            for name, coefficient, scale in zip(
                self.features, self.coefficients, self.scales, strict=True
            )
        ]


def from_document(document: dict[str, Any]) -> LinearScorer:
    """Read a scorer back from its text's JSON."""
    return LinearScorer(
        tuple(document["features"]),
        tuple(document["coefficients"]),
        tuple(document["scales"]),
        document["intercept"],
    )
