"""What a test can show, and what chance passes: limits of the normal, t and chi-square."""

from statistics import NormalDist

from scipy.special import chdtri, stdtr, stdtrit

STANDARD = NormalDist()


def detectable_ratio(significance: float, power: float) -> float:
    """Return the effect, in standard errors, that a two-sided test shows with the given power."""
    return STANDARD.inv_cdf(1 - significance / 2) + STANDARD.inv_cdf(power)


def detectable_of_clusters(clusters: int, significance: float, power: float) -> float:
    """Return the same for a mean of so few clusters, by Student's t."""
    return float(stdtrit(clusters - 1, 1 - significance / 2) + stdtrit(clusters - 1, power))


def chi_square_limit(degrees: int, significance: float) -> float:
    """Return the value that a chi-square of so many degrees passes with chance `significance`."""
    return float(chdtri(degrees, significance))


def t_limit(clusters: int, significance: float) -> float:
    """Return the standard errors beyond which a mean of so many clusters is significant."""
    return float(stdtrit(clusters - 1, 1 - significance / 2))


def t_chance(difference: float, error: float, clusters: int) -> float:
    """Return the two-sided p-value of a mean difference with that standard error."""
    if error == 0:
        return 1.0 if difference == 0 else 0.0
    return float(2 * stdtr(clusters - 1, -abs(difference) / error))
