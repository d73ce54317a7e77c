"""Sizes and limits against published tables and scipy."""

import pytest
from scipy import stats

from dmc12.power import (
    arm_size,
    chi_square_limit,
    detectable_ratio,
    t_chance,
    t_limit,
)


def test_the_usual_test_shows_2_8_standard_errors():
    assert detectable_ratio(0.05, 0.8) == pytest.approx(2.801585, abs=1e-6)


@pytest.mark.parametrize(
    ("effect", "size"),
    # Cohen 1988, table 2.4.1 gives 393, 64 and 26 by Student's t, which asks for one or two more
    [(0.2, 393), (0.5, 63), (0.8, 25)],
)
def test_arms_for_small_medium_and_large_effects(effect, size):
    assert arm_size(1, effect, 0.05, 0.8) == size
    assert arm_size(10, -10 * effect, 0.05, 0.8) == size


def test_an_arm_of_that_size_has_the_power():
    size = arm_size(3, 0.4, 0.05, 0.9)
    error = 3 * (2 / size) ** 0.5
    shown = stats.norm.sf(stats.norm.isf(0.025) - 0.4 / error)
    assert shown == pytest.approx(0.9, abs=0.001)


def test_no_arm_shows_nothing():
    with pytest.raises(ValueError, match="effect of 0"):
        arm_size(1, 0, 0.05, 0.8)


def test_chi_square_and_t_are_the_tables():
    assert chi_square_limit(1, 0.001) == pytest.approx(10.828, abs=0.001)
    assert t_limit(11, 0.05) == pytest.approx(2.228, abs=0.001)
    assert t_chance(-2.228, 1, 11) == pytest.approx(0.05, abs=1e-4)


def test_without_error_any_difference_is_sure():
    assert t_chance(0, 0, 5) == 1
    assert t_chance(0.1, 0, 5) == 0
