"""What a label is worth."""

from collections.abc import Callable

import numpy as np

from dmc12.metrics.arrays import Floats

Gain = Callable[[Floats], Floats]


def linear(labels: Floats) -> Floats:
    """Return the labels."""
    return labels


def exponential(labels: Floats) -> Floats:
    """Return 2^label - 1 (Burges et al. 2005)."""
    return np.exp2(labels) - 1
