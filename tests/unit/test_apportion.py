"""Quotas add up, are nearly in proportion, keep their bounds and order."""

from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dmc12.apportion import largest_remainder, shared_out

weights = st.lists(st.fractions(0, 1000, max_denominator=60), max_size=12)
totals = st.integers(0, 5000)


def quotas(total, weights, low=0, high=None):
    return largest_remainder(shared_out(total, weights, low, high))


@pytest.mark.parametrize(
    ("ideals", "counts"),
    [
        ([], []),
        (["0.4"], [0]),
        (["0.5"], [1]),
        (["1.2", "1.2", "0.6"], [1, 1, 1]),
        (["10/3", "10/3", "10/3"], [4, 3, 3]),
        (["2.5", "0.5", "1"], [3, 0, 1]),
    ],
)
def test_the_largest_remainders_are_rounded_up_and_the_first_of_equal_ones(ideals, counts):
    assert largest_remainder([Fraction(ideal) for ideal in ideals]) == counts


@given(weights)
def test_whole_numbers_add_up_to_the_rounded_sum_and_are_less_than_one_away(ideals):
    counts = largest_remainder(ideals)
    assert abs(sum(counts) - sum(ideals)) <= Fraction(1, 2)
    assert all(abs(count - ideal) < 1 for count, ideal in zip(counts, ideals, strict=True))


@given(weights)
def test_a_larger_ideal_never_gets_fewer(ideals):
    counts = largest_remainder(ideals)
    pairs = sorted(zip(ideals, counts, strict=True))
    assert [count for _, count in pairs] == sorted(counts)


@given(totals, weights, st.integers(0, 30), st.none() | st.integers(0, 3000))
@example(10, [Fraction(1), Fraction(0)], 0, None)
@example(100, [Fraction(1000), Fraction(1), Fraction(1)], 20, 50)
@example(1, [Fraction(1), Fraction(1), Fraction(1)], 5, 9)
def test_a_count_is_kept_unless_the_bounds_forbid_it(total, weights, low, room):
    high = None if room is None else low + room
    counts = quotas(total, weights, low, high)
    weighted = sum(weight > 0 for weight in weights)
    most = float("inf") if high is None else weighted * high + (len(weights) - weighted) * low
    if weighted == 0:
        most = len(weights) * low
    assert sum(counts) == min(max(total, len(weights) * low), most)
    assert all(low <= count for count in counts)
    assert high is None or all(count <= high for count in counts)
    assert all(count == low for count, weight in zip(counts, weights, strict=True) if not weight)


@given(totals, weights, st.integers(0, 30), st.integers(0, 3000))
def test_within_the_bounds_shares_are_in_one_proportion(total, weights, low, room):
    shares = shared_out(total, weights, low, low + room)
    ratios = [
        share / weight
        for share, weight in zip(shares, weights, strict=True)
        if weight and low < share < low + room
    ]
    assert len(set(ratios)) <= 1
    if not ratios:
        return
    for share, weight in zip(shares, weights, strict=True):
        assert not weight or share == min(max(ratios[0] * weight, low), low + room)


@given(totals, weights)
def test_without_bounds_a_quota_is_less_than_one_from_its_ideal(total, weights):
    if not sum(weights):
        return
    for count, weight in zip(quotas(total, weights), weights, strict=True):
        assert abs(count - total * weight / sum(weights)) < 1


def test_a_larger_total_may_give_a_stratum_less():
    """The Alabama paradox, which largest remainders are known for; docs/sampling.md says so."""
    few, more = (quotas(total, [Fraction(n) for n in (6, 6, 2)]) for total in (10, 11))
    assert (few, more) == ([4, 4, 2], [5, 5, 1])
