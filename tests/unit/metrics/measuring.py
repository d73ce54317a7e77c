"""Contexts as plain Python values, and all metrics of them."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dmc12.metrics import METRICS, PLACES, Metric, measure, metrics_at
from dmc12.metrics.lists import AT_ONCE

Values = dict[str, "float | None"]


@dataclass(frozen=True)
class Context:
    """One context: labels, and scores by ranker, item by item."""

    labels: Sequence[float]
    scores: Mapping[str, Sequence[float]]


@dataclass(frozen=True)
class Found:
    """The metrics of a context by ranker, and what a random order is worth."""

    metrics: dict[str, Values]
    chance: Values

    def __getitem__(self, ranker: str) -> Values:
        return self.metrics[ranker]


def ranked(labels: Sequence[float]) -> Context:
    """A context whose items are given best first, by one ranker `a`."""
    return Context(labels, {"a": [float(-position) for position in range(len(labels))]})


def declared_metrics(ks: Sequence[int]) -> list[Metric]:
    """The library's metrics wherever they can be taken."""
    return metrics_at(
        {name: {"at": list(PLACES.get(name, ("whole", "k")))} for name in METRICS}, ks
    )


def measured(
    contexts: Sequence[Context],
    ks: Sequence[int],
    discount: str = "log2",
    at_once: int = AT_ONCE,
) -> list[Found]:
    """Measure contexts of equal rankers; undefined values are None."""
    rankers = contexts[0].scores
    found = measure(
        flat([context.labels for context in contexts]),
        np.array([len(context.labels) for context in contexts]),
        {ranker: flat([context.scores[ranker] for context in contexts]) for ranker in rankers},
        declared_metrics(ks),
        discount,
        at_once,
    )
    return [
        Found(
            {ranker: _values(columns, index) for ranker, columns in found.metrics.items()},
            _values(found.chance, index),
        )
        for index in range(len(contexts))
    ]


def flat(lists: Sequence[Sequence[float]]) -> np.ndarray:
    """All numbers of all lists."""
    return np.array([value for values in lists for value in values], dtype=float)


def _values(columns: Mapping[str, np.ndarray], index: int) -> Values:
    values = {name: float(column[index]) for name, column in columns.items()}
    return {name: None if math.isnan(value) else value for name, value in values.items()}
