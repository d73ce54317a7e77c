"""Sizes and limits against published tables and scipy."""

import pytest

from dmc12.power import (
    chi_square_limit,
    detectable_of_clusters,
    detectable_ratio,
    t_chance,
    t_limit,
)


def test_the_usual_test_shows_2_8_standard_errors():
    assert detectable_ratio(0.05, 0.8) == pytest.approx(2.801585, abs=1e-6)


def test_few_clusters_show_less():
    assert detectable_of_clusters(10, 0.05, 0.8) == pytest.approx(2.262 + 0.883, abs=0.001)
    many = detectable_of_clusters(100_000, 0.05, 0.8)
    assert many == pytest.approx(detectable_ratio(0.05, 0.8), abs=1e-4)


def test_chi_square_and_t_are_the_tables():
    assert chi_square_limit(1, 0.001) == pytest.approx(10.828, abs=0.001)
    assert t_limit(11, 0.05) == pytest.approx(2.228, abs=0.001)
    assert t_chance(-2.228, 1, 11) == pytest.approx(0.05, abs=1e-4)


def test_without_error_any_difference_is_sure():
    assert t_chance(0, 0, 5) == 1
    assert t_chance(0.1, 0, 5) == 0
