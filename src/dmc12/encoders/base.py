"""What an encoder is: a small, pure piece of feature logic that declares what it reads."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from dmc12.encoders.batch import Batch

Floats = NDArray[np.float64]
Family = Literal["profile", "title", "profile_title", "oracle"]
Need = Literal["history", "titles", "popularity", "coplays", "world"]


@dataclass(frozen=True, slots=True)
class Encoder:
    """One encoder.

    `features` maps each feature's name to its meaning with unit and missing-value rule. `encode`
    gets a `Batch` and returns, for each of these names, a float64 array with one finite value an
    item, in the batch's item order. It reads nothing else, keeps no state, and treats an item the
    same whatever else is in the batch: that is what makes it serve offline and online alike.
    """

    family: Family
    needs: tuple[Need, ...]
    features: dict[str, str]
    encode: Callable[[Batch], dict[str, Floats]]
