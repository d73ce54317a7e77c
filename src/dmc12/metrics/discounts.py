"""What a gain at a rank counts."""

from collections.abc import Callable

import numpy as np

from dmc12.metrics.arrays import Floats, Ints

Discount = Callable[[Ints], Floats]


def log2(ranks: Ints) -> Floats:
    """Return 1 / log2(1 + rank), the discount of DCG (Jarvelin & Kekalainen 2002)."""
    return 1 / np.asarray(np.log2(1.0 + ranks))


def lenskit(ranks: Ints) -> Floats:
    """Return 1 / log2(max(rank, 2)), LensKit's discount: ranks 1 and 2 count alike."""
    return 1 / np.log2(np.maximum(ranks, 2.0))


def reciprocal(ranks: Ints) -> Floats:
    """Return 1 / rank."""
    return 1.0 / ranks


DISCOUNTS: dict[str, Discount] = {"log2": log2, "lenskit": lenskit}
