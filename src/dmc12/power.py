"""How large a test must be to show an effect, and how small an effect a test can show."""

import math
from statistics import NormalDist

from scipy.stats import chi2, t

STANDARD = NormalDist()


def detectable_ratio(significance: float, power: float) -> float:
    """Return the effect, in standard errors, that a two-sided test shows with the given power."""
    return STANDARD.inv_cdf(1 - significance / 2) + STANDARD.inv_cdf(power)


def arm_size(deviation: float, effect: float, significance: float, power: float) -> int:
    """Return the members that each of two arms needs to show a difference of means `effect`.

    `deviation` is the metric's standard deviation between members, in the effect's unit. By the
    normal approximation (Cohen 1988). Raise ValueError for an effect of 0.
    """
    if effect == 0:
        raise ValueError("no test is large enough to show an effect of 0")
    return math.ceil(2 * (detectable_ratio(significance, power) * deviation / effect) ** 2)


def chi_square_limit(degrees: int, significance: float) -> float:
    """Return the value that a chi-square of so many degrees passes with chance `significance`."""
    return float(chi2.isf(significance, degrees))


def t_limit(clusters: int, significance: float) -> float:
    """Return the standard errors beyond which a mean of so many clusters is significant."""
    return float(t.isf(significance / 2, clusters - 1))


def t_chance(difference: float, error: float, clusters: int) -> float:
    """Return the two-sided p-value of a mean difference with that standard error."""
    if error == 0:
        return 1.0 if difference == 0 else 0.0
    return float(2 * t.sf(abs(difference) / error, clusters - 1))
