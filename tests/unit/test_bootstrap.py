"""The bootstrap's counts are Poisson(1), and its sums are exact."""

import numpy as np
import pytest
from scipy.stats import chisquare, poisson

from dmc12.bootstrap import MOST, RESOLUTION, exact_sums, poisson_counts

RNG = np.random.default_rng(12)
SEEDS = RNG.integers(0, 2**64, size=2000, dtype=np.uint64)


def test_counts_are_poisson():
    counts = poisson_counts(SEEDS, 500)[:, 1:]
    seen = np.bincount(counts.ravel(), minlength=6)
    observed = [*seen[:6], seen[6:].sum()]
    chances = [*poisson.pmf(range(6), 1), poisson.sf(5, 1)]
    assert chisquare(observed, np.array(chances) * counts.size).pvalue > 0.001


def test_counts_of_profiles_and_of_replicates_do_not_correlate():
    counts = poisson_counts(SEEDS, 500)[:, 1:].astype(float)
    for matrix in (counts, counts.T):
        pairs = np.corrcoef(matrix[:200])[np.triu_indices(200, 1)]
        assert abs(pairs.mean()) < 4 / np.sqrt(matrix.shape[1] * len(pairs))
        assert pairs.std() == pytest.approx(1 / np.sqrt(matrix.shape[1]), rel=0.05)


def test_counts_of_a_profile_depend_on_its_seed_alone():
    alone = np.vstack([poisson_counts(SEEDS[place : place + 1], 40) for place in range(50)])
    assert (poisson_counts(SEEDS[:50], 40) == alone).all()
    assert (poisson_counts(SEEDS[:50], 400)[:, :41] == alone).all()
    assert (alone[:, 0] == 1).all()


def test_the_counts_of_a_seed_are_these():
    # splitmix64 of seed 0 is known: e220a8397b1dcdaf, 6e789e6aa1b965f4, 06c45d188009454f, ...
    chances = [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F]
    expected = [int(poisson.ppf(chance / 2**64, 1)) for chance in chances]
    assert poisson_counts(np.zeros(1, np.uint64), 3)[0].tolist() == [1, *expected]


def test_sums_are_exact_in_any_order_and_division():
    values = RNG.normal(size=(2000, 7)) * 50
    counts = poisson_counts(SEEDS, 30)
    whole = exact_sums(counts, values)
    order = RNG.permutation(2000)
    assert (exact_sums(counts[order], values[order]) == whole).all()
    parts = [exact_sums(counts[place::3], values[place::3]) for place in range(3)]
    assert (sum(parts) == whole).all()
    units = [[round(value / RESOLUTION) for value in row] for row in values.tolist()]
    for replicate, column in [(0, 0), (17, 3), (30, 6)]:
        exact = sum(
            int(count) * row[column] for count, row in zip(counts[:, replicate], units, strict=True)
        )
        assert whole[replicate, column] == exact


def test_a_value_too_great_for_exact_sums_is_refused():
    counts = np.ones((1, 1), np.uint8)
    limit = 2.0**53 / MOST * RESOLUTION
    assert exact_sums(counts, np.array([[limit * 0.99]])).shape == (1, 1)
    with pytest.raises(OverflowError, match="too great to sum exactly"):
        exact_sums(counts, np.array([[limit * 1.01]]))
