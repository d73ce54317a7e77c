import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmc12.trainers.ndcg import Ndcg


@pytest.mark.parametrize(
    ("n", "k", "expected"), [(100, 100, 0.2094), (100, 10, 0.0454), (4, 10, 0.6404)]
)
def test_constant_scores_have_the_known_expectation(n: int, k: int, expected: float) -> None:
    labels = np.zeros(n)
    labels[n // 2] = 1
    assert Ndcg(labels, np.array([n]), k)(np.ones(n)) == pytest.approx(expected, abs=5e-5)


@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=6),
    st.integers(1, 7),
)
def test_ties_count_as_the_mean_over_all_their_orders(items: list[tuple[int, int]], k: int) -> None:
    labels, scores = np.array(items, dtype=float).T
    if not labels.any():
        return
    discounts = 1 / np.log2(np.arange(2, len(items) + 2)) * (np.arange(len(items)) < k)
    orders = [
        labels[list(order)] @ discounts
        for order in itertools.permutations(range(len(items)))
        if (np.diff(scores[list(order)]) <= 0).all()
    ]
    expected = np.mean(orders) / (np.sort(labels)[::-1] @ discounts)
    assert Ndcg(labels, np.array([len(items)]), k)(scores) == pytest.approx(expected)


def test_contexts_without_a_positive_are_left_out() -> None:
    labels, scores = np.array([0.0, 0, 0, 2]), np.array([3.0, 1, 2, 1])
    ndcg = Ndcg(labels, np.array([2, 2]))
    assert ndcg.n_contexts == 1
    assert ndcg(scores) == pytest.approx(1 / np.log2(3))


def test_without_any_positive_there_is_no_ndcg() -> None:
    with pytest.raises(ValueError, match="no context has an item with a positive label"):
        Ndcg(np.zeros(3), np.array([3]))(np.zeros(3))
