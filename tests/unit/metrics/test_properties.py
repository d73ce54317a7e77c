"""What holds of any contexts."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from measuring import Context, measured

KS = [1, 5, 10, 20]
SCORES = st.one_of(st.sampled_from([-0.0, 0.0, 1.0]), st.floats(-1e6, 1e6))
Item = tuple[float, float, float]
ITEM = st.tuples(st.sampled_from([0, 0, 0, 1, 2, 4]), SCORES, SCORES)
CONTEXTS = st.lists(st.lists(ITEM, min_size=1, max_size=40), min_size=1, max_size=30)


def context(items: list[Item]) -> Context:
    labels, first, second = zip(*items, strict=True)
    return Context(labels, {"a": first, "b": second})


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(lists=CONTEXTS, seed=st.integers(0, 2**32))
def test_metrics_know_only_the_order_of_scores(lists: list[list[Item]], seed: int) -> None:
    shuffled = [random.Random(seed).sample(items, len(items)) for items in lists]
    rescored = [[(label, 2 * a, 8 * b) for label, a, b in items] for items in lists]
    found = measured([context(items) for items in [*lists, *shuffled, *rescored]], KS)
    third = len(lists)
    for index, metrics in enumerate(found[:third]):
        for other in (found[index + third], found[index + 2 * third]):
            for ranker in "ab":
                assert other[ranker] == pytest.approx(metrics[ranker], abs=1e-12)


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(lists=CONTEXTS)
def test_metrics_lie_in_range_and_are_none_exactly_where_undefined(lists: list[list[Item]]) -> None:
    for items, found in zip(lists, measured([context(items) for items in lists], KS), strict=True):
        positives = sum(label > 0 for label, _, _ in items)
        for values in (found["a"], found["b"], found.chance):
            for name, value in values.items():
                defined = 0 < positives < len(items) if name == "auc" else positives > 0
                assert (value is not None and 0 <= value <= 1) if defined else value is None, name


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(lists=CONTEXTS, seed=st.integers(0, 2**32), at_once=st.integers(1, 60))
def test_a_contexts_company_changes_no_bit(
    lists: list[list[Item]], seed: int, at_once: int
) -> None:
    places = random.Random(seed).sample(range(len(lists)), len(lists))
    together = measured([context(items) for items in lists], KS)
    apart = measured([context(lists[place]) for place in places], KS, at_once=at_once)
    assert apart == [together[place] for place in places]


@settings(max_examples=40, deadline=None, derandomize=True, database=None)
@given(lists=CONTEXTS, more=st.integers(1, 30))
def test_negatives_below_all_others_change_nothing_in_the_top(
    lists: list[list[Item]], more: int
) -> None:
    longer = [[*items, *[(0, -1e7, -2e7)] * more] for items in lists]
    found = measured([context(items) for items in [*lists, *longer]], KS)
    for shorter, longer_one in zip(found[: len(lists)], found[len(lists) :], strict=True):
        for ranker in "ab":
            for name in shorter[ranker].keys() - {"auc"}:
                assert longer_one[ranker][name] == pytest.approx(shorter[ranker][name], abs=1e-12)


def test_only_a_perfect_order_scores_one() -> None:
    (found,) = measured(
        [Context([3, 2, 2, 1, 0, 0], {"a": [6, 5, 4, 3, 2, 1], "b": [6, 5, 4, 2, 3, 1]})], KS
    )
    assert (found["a"]["ndcg"], found["a"]["nmrr"], found["a"]["auc"]) == (1, 1, 1)
    assert found["b"]["ndcg"] < 1
    assert found["b"]["nmrr"] < 1
    assert found["b"]["auc"] < 1
