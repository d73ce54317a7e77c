"""Random draws without state: each is a hash of the seed, a stream's name and the ids it is for.

So a draw depends on nothing but what it is for: not on order, blocks or the size of a world.
"""

from hashlib import sha256

import numpy as np
from numpy.typing import ArrayLike, NDArray

Keys = NDArray[np.uint64]
Floats = NDArray[np.float64]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


def stream(seed: int | str, name: str) -> Keys:
    """Give the key of a named stream of draws, as an array of no dimension."""
    return np.array(
        int.from_bytes(sha256(f"{seed}/{name}".encode()).digest()[:8], "little"), dtype=np.uint64
    )


def keys(parent: Keys, ids: ArrayLike) -> Keys:
    """Give each pair of a parent key and an id (>= 0) its own key; shapes broadcast."""
    with np.errstate(over="ignore"):
        mixed = np.atleast_1d(parent + (np.asarray(ids).astype(np.uint64) + np.uint64(1)) * _GOLDEN)
        # the finaliser of splitmix64 (Steele, Lea & Flood 2014), in place: this is the hot loop
        mixed ^= mixed >> np.uint64(30)
        mixed *= np.uint64(0xBF58476D1CE4E5B9)
        mixed ^= mixed >> np.uint64(27)
        mixed *= np.uint64(0x94D049BB133111EB)
        mixed ^= mixed >> np.uint64(31)
    return mixed


def uniform(of: Keys) -> Floats:
    """Draw from (0, 1), both ends excluded."""
    return ((of >> np.uint64(12)).astype(np.float64) + 0.5) * 2.0**-52


def normal(of: Keys) -> Floats:
    """Draw from the standard normal (Box & Muller 1958)."""
    radius = np.sqrt(-2.0 * np.log(uniform(keys(of, 0).reshape(of.shape))))
    return radius * np.cos(2.0 * np.pi * uniform(keys(of, 1).reshape(of.shape)))


def gumbel(of: Keys) -> Floats:
    """Draw from the standard Gumbel distribution: its argmax over utilities is a logit choice."""
    noise = uniform(of)
    np.log(noise, out=noise)
    np.negative(noise, out=noise)
    np.log(noise, out=noise)
    return np.negative(noise, out=noise)
