"""Whole numbers in proportion: largest remainders, and shares of a total within bounds."""

from collections.abc import Sequence
from fractions import Fraction
from math import floor


def largest_remainder(ideals: Sequence[Fraction]) -> list[int]:
    """Round numbers >= 0 to whole ones with the same sum, which is itself rounded half up.

    Those with the largest remainders are rounded up (Hamilton 1792), the first of equal ones first.
    """
    counts = [floor(ideal) for ideal in ideals]
    left = floor(sum(ideals, Fraction(1, 2))) - sum(counts)
    by_remainder = sorted(range(len(ideals)), key=lambda place: counts[place] - ideals[place])
    for place in by_remainder[:left]:
        counts[place] += 1
    return counts


def shared_out(
    total: int, weights: Sequence[Fraction], low: int, high: int | None
) -> list[Fraction]:
    """Share a total in proportion to weights, each share within [low, high]; low for a weight of 0.

    Shares out of bounds are set to the bound, and the others divide what is left, over and over.
    The sum is the total, unless the bounds forbid it or nothing has a weight.
    """
    shares = [Fraction(low)] * len(weights)
    free = {place for place, weight in enumerate(weights) if weight > 0}
    while free:
        bound = sum((share for place, share in enumerate(shares) if place not in free), Fraction())
        each = (total - bound) / sum((weights[place] for place in free), Fraction())
        for place in free:
            shares[place] = each * weights[place]
        below = {place: low - shares[place] for place in free if shares[place] < low}
        above = {
            place: shares[place] - high
            for place in free
            if high is not None and shares[place] > high
        }
        if not below and not above:
            break
        # the bound that moves more binds for good; the other's shares may yet turn out within it
        if sum(below.values()) >= sum(above.values()):
            binding, limit = below, Fraction(low)
        else:
            binding, limit = above, Fraction(high or 0)
        for place in binding:
            shares[place] = limit
        free -= set(binding)
    return shares
