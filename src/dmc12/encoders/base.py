"""What an encoder is: a small, pure piece of feature logic that declares what it reads."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from dmc12.encoders.batch import Batch

Floats = NDArray[np.float64]
Family = Literal["profile", "title", "profile_title", "oracle"]
Need = Literal[
    "context",
    "history",
    "titles",
    "popularity",
    "coplays",
    "factors",
    "world",
    "features",  # what other encoders make of the same batch
    "earlier_ranker",
]


@dataclass(frozen=True, slots=True)
class Feature:
    """One output of an encoder, a double.

    `meaning` says what it is, with its unit. `window` is the stretch of facts it looks back on,
    counted from the context (`7d`, `last`, `all`; `-`: none). `missing` is its value where there is
    nothing to tell; None where there always is something.
    """

    meaning: str
    missing: float | None = None
    window: str = "-"


@dataclass(frozen=True, slots=True)
class Encoder:
    """One encoder.

    `encode` gets a `Batch` and returns, for each name in `features`, a float64 array with one
    finite value an item, in the batch's item order. It reads nothing but what it `needs`, keeps no
    state, and treats an item the same whatever else is in the batch: that is what makes it serve
    offline and online alike. What it has learned, if it is `fitted`, is a table among its needs.
    """

    name: str
    family: Family
    needs: tuple[Need, ...]
    features: dict[str, Feature]
    encode: Callable[[Batch], dict[str, Floats]]
    fitted: bool = False
