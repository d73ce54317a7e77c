"""A Poisson bootstrap clustered by profile, exact: no order of rows, batch or machine matters.

Instead of drawing n profiles with replacement, each replicate counts a profile Poisson(1) times
(Hanley & MacGibbon 2006; Chamandy et al. 2012): the count needs no other profile, so it comes from
a hash and no row has to be moved or kept. Values are rounded to multiples of RESOLUTION, and the
double-precision products are kept below 2^53 such units: every sum of them is exact.
"""

import math
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Seeds = NDArray[np.uint64]
Counts = NDArray[np.uint8]

RESOLUTION = 2.0**-26
MOST = 20  # P(Poisson(1) > 20) < 2^-64
EXACT_BELOW = 2.0**53
AT_ONCE = 2048  # rows in memory at a time


def _thresholds() -> Seeds:
    """Return P(Poisson(1) <= k) x 2^64, rounded down, for k = 0..MOST - 1."""
    e = sum(Fraction(1, math.factorial(k)) for k in range(40))
    total, found = Fraction(0), []
    for k in range(MOST):
        total += Fraction(1, math.factorial(k)) / e
        found.append(int(total * 2**64))
    return np.array(found, dtype=np.uint64)


THRESHOLDS = _thresholds()


def poisson_counts(seeds: Seeds, replicates: int) -> Counts:
    """Return how often each replicate counts each profile: n x (1 + replicates), 0 to MOST.

    `seeds` holds one hash a profile. Column 0 is all ones: the sample itself. A count is
    splitmix64's output for its seed and replicate (Steele et al. 2014), put through Poisson(1)'s
    inverse distribution.
    """
    counts = np.ones((len(seeds), 1 + replicates), dtype=np.uint8)
    steps = np.arange(1, replicates + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    for start in range(0, len(seeds), AT_ONCE):
        mixed = seeds[start : start + AT_ONCE, None] + steps
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        mixed ^= mixed >> np.uint64(31)
        counts[start : start + AT_ONCE, 1:] = np.searchsorted(THRESHOLDS, mixed, side="right")
    return counts


def exact_sums(counts: Counts, values: Floats) -> Ints:
    """Return the sums over n rows of count x value, in RESOLUTION: replicates x columns.

    `counts` is n x replicates; `values` is n x columns, finite. Raise OverflowError if a single
    value is too great to be summed exactly.
    """
    units = np.rint(values / RESOLUTION)
    greatest = np.abs(units).max(initial=1.0)
    rows = min(int(EXACT_BELOW / (MOST * greatest)), AT_ONCE)
    if rows == 0:
        raise OverflowError(f"a value of {greatest * RESOLUTION:g} is too great to sum exactly")
    total = np.zeros((counts.shape[1], values.shape[1]), dtype=np.int64)
    for start in range(0, len(units), rows):
        chunk = slice(start, start + rows)
        total += (counts[chunk].T.astype(np.float64) @ units[chunk]).astype(np.int64)
    return total
