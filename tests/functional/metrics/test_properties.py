"""What holds of any context."""

import random

import pytest
from evaluation import Context
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

SCORES = st.one_of(st.sampled_from([-0.0, 0.0, 1.0]), st.floats(-1e6, 1e6))
ITEM = st.tuples(st.sampled_from([0, 0, 0, 1, 2, 4]), SCORES, SCORES)
CONTEXTS = st.lists(st.lists(ITEM, min_size=1, max_size=40), min_size=1, max_size=30)


def context(items):
    labels, first, second = zip(*items, strict=True)
    return Context(labels, {"a": first, "b": second})


@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    derandomize=True,
    database=None,
)
@given(lists=CONTEXTS, seed=st.integers(0, 2**32))
def test_metrics_lie_in_range_and_know_only_the_order_of_scores(evaluation, lists, seed):
    shuffled = [random.Random(seed).sample(items, len(items)) for items in lists]
    rescored = [[(label, 2 * a, 8 * b) for label, a, b in items] for items in lists]
    models = evaluation()
    found = models.metrics([context(items) for items in [*lists, *shuffled, *rescored]])
    assert models.violations("metrics_in_range") == []
    assert models.violations("items_ranks_permutation") == []
    third = len(lists)
    for index, metrics in enumerate(found[:third]):
        for other in (found[index + third], found[index + 2 * third]):
            for ranker in "ab":
                assert other[ranker] == pytest.approx(metrics[ranker], abs=1e-12)


@settings(
    max_examples=4,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    derandomize=True,
    database=None,
)
@given(lists=CONTEXTS, more=st.integers(1, 30))
def test_negatives_below_all_others_change_nothing_in_the_top(evaluation, lists, more):
    longer = [[*items, *[(0, -1e7, -2e7)] * more] for items in lists]
    found = evaluation().metrics([context(items) for items in [*lists, *longer]])
    for shorter, longer_one in zip(found[: len(lists)], found[len(lists) :], strict=True):
        for ranker in "ab":
            for name in shorter[ranker].keys() - {"auc"}:
                assert longer_one[ranker][name] == pytest.approx(shorter[ranker][name], abs=1e-12)


def test_only_a_perfect_order_scores_one(evaluation):
    models = evaluation()
    perfect = [3, 2, 2, 1, 0, 0]
    found = models.metrics([Context(perfect, {"a": [6, 5, 4, 3, 2, 1], "b": [6, 5, 4, 2, 3, 1]})])[
        0
    ]
    assert (found["a"]["ndcg"], found["a"]["nmrr"], found["a"]["auc"]) == (1, 1, 1)
    assert found["b"]["ndcg"] < 1
    assert found["b"]["nmrr"] < 1
    assert found["b"]["auc"] < 1
