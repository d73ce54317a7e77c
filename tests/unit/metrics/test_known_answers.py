"""The metrics of ranked lists that other projects publish, and of constant scores."""

import pytest
from measuring import Context, Found, measured, ranked

SPARK = [  # RankingMetricsSuite: the truths are {1..5}, {1, 2, 3} and none
    ranked([item in truth for item in predicted])
    for predicted, truth in [
        ([1, 6, 2, 7, 8, 3, 9, 10, 4, 5], {1, 2, 3, 4, 5}),
        ([4, 1, 5, 6, 2, 7, 3, 8, 9, 10], {1, 2, 3}),
        ([1, 2, 3, 4, 5], set()),
    ]
]
SPARK_GRADED = [
    ranked([truth.get(item, 0) for item in predicted])
    for predicted, truth in [
        ([1, 6, 2, 7, 8, 3, 9, 10, 4, 5], {1: 3, 2: 2, 3: 1, 4: 1, 5: 1}),
        ([4, 1, 5, 6, 2, 7, 3, 8, 9, 10], {1: 2}),
        ([1, 2, 3, 4, 5], {}),
    ]
]


def padded(recommended: list[int], truth: set[int]) -> Context:
    """A list cut at five, filled with negatives to ten, then the truth that it missed."""
    misses = len(truth - set(recommended))
    labels = [item in truth for item in recommended]
    return ranked(labels + [0] * (10 - len(labels)) + [1] * misses)


REPLAY = [
    padded([3, 7, 10, 11, 2], {5, 6, 7, 8, 9, 10}),
    padded([5, 8, 11, 1, 3], {6, 7, 4, 10, 11}),
    padded([4, 9, 2], {1, 2, 3, 4, 5}),
]
KS = [1, 2, 3, 5, 10]


def mean(found: list[Found], column: str) -> float:
    """The mean over all contexts, the empty ones counted as 0, as Spark and RePlay do."""
    return sum(metrics["a"][column] or 0 for metrics in found) / len(found)


def test_spark_ranking_metrics_suite() -> None:
    found = measured(SPARK, KS)
    assert {
        column: round(mean(found, column), 6)
        for column in ("ndcg_at_3", "ndcg_at_5", "ndcg_at_10", "mrr")
    } == {"ndcg_at_3": 0.333333, "ndcg_at_5": 0.328788, "ndcg_at_10": 0.487913, "mrr": 0.5}
    assert [mean(found, f"recall_at_{k}") for k in KS] == pytest.approx(
        [1 / 15, 8 / 45, 11 / 45, 16 / 45, 2 / 3]
    )
    assert mean(found, "ap") == pytest.approx(0.355026, abs=1e-6)
    assert [mean(found, f"ap_at_{k}") for k in (1, 2, 3)] == pytest.approx(
        [0.333333, 0.25, 0.240740], abs=1e-6
    )


def test_spark_ranking_metrics_suite_graded() -> None:
    found = measured(SPARK_GRADED, KS)
    # published cut off, not rounded, after six digits
    assert [mean(found, f"ndcg_exponential_at_{k}") for k in (3, 5, 10)] == pytest.approx(
        [0.511959, 0.487806, 0.518700], abs=1e-6
    )


def test_replay() -> None:
    found = measured(REPLAY, KS)
    columns = ("ndcg_at_3", "ndcg_at_5", "ndcg_at_10", "mrr", "recall_at_5")
    # published cut off, not rounded, after five digits
    assert [mean(found, column) for column in columns] == pytest.approx(
        [0.48975, 0.35396, 0.34018, 0.61111, 0.31111], abs=1e-5
    )


def test_constant_scores_are_worth_a_random_order() -> None:
    hundred, four = measured(
        [
            Context([0] * 60 + [1] + [0] * 39, dict.fromkeys("ab", [7] * 100)),
            Context([0, 0, 1, 0], dict.fromkeys("ab", [7] * 4)),
        ],
        KS,
    )
    columns = ("ndcg", "ndcg_at_10", "mrr", "nmrr", "auc", "hit_at_10", "recall_at_10")
    assert [round(hundred["a"][column], 4) for column in columns] == [
        0.2094, 0.0454, 0.0519, 0.0519, 0.5, 0.1, 0.1,
    ]  # fmt: skip
    assert [round(four["a"][column], 4) for column in ("ndcg", "mrr")] == [0.6404, 0.5208]


def test_scikit_learn_ndcg_of_ties() -> None:
    # sklearn.metrics.ndcg_score(y_true, y_score, k=None, 1, 2) of scikit-learn 1.9.1
    cases = [
        ([0, 2, 1, 0, 3], [1, 1, 0, 0, 1], [0.83167390092, 0.55555555556, 0.63780053082]),
        ([1, 0, 0, 2, 0, 0], [0.5, 0.5, 0.5, 0.5, 0.1, 0.9], [0.55544787434, 0, 0.17985934993]),
        ([3, 2, 3, 0, 1, 2], [1, 1, 1, 1, 1, 1], [0.84841884613, 0.61111111111, 0.61111111111]),
    ]
    found = measured(
        [Context(labels, dict.fromkeys("ab", scores)) for labels, scores, _ in cases], KS
    )
    columns = ("ndcg", "ndcg_at_1", "ndcg_at_2")
    for metrics, (_, _, expected) in zip(found, cases, strict=True):
        assert [metrics["b"][column] for column in columns] == pytest.approx(expected, abs=1e-10)


def test_bad_lists_have_defined_values() -> None:
    all_positive, no_positive, alone = measured(
        [
            Context([1, 3, 1], {"a": [1, 1, 1], "b": [3, 2, 1]}),
            Context([0, 0, 0], {"a": [1, 1, 1], "b": [3, 2, 1]}),
            Context([2], {"a": [0], "b": [-0.0]}),
        ],
        KS,
    )
    for ranker in "ab":
        assert all_positive[ranker]["auc"] is None
        assert all_positive[ranker]["ap"] == all_positive[ranker]["hit_at_1"] == 1
        assert set(no_positive[ranker].values()) == {None}
        assert alone[ranker].pop("auc") is None
        assert {
            name: value for name, value in alone[ranker].items() if "precision" not in name
        } == (dict.fromkeys((name for name in alone[ranker] if "precision" not in name), 1))


def test_a_tie_of_a_thousand_overflows_nothing() -> None:
    # half of 1000 tied items are positive: the first is at rank 1 with chance 1/2, and so on
    (found,) = measured([Context([1, 0] * 500, dict.fromkeys("ab", [0.0, -0.0] * 500))], KS)
    chance, expected = 0.5, 0.0
    for preceding in range(501):
        expected += chance / (1 + preceding)
        chance *= (500 - preceding) / (999 - preceding)
    assert found["a"]["mrr"] == pytest.approx(expected)
    assert found["a"]["auc"] == 0.5
    assert found["a"]["hit_at_2"] == pytest.approx(1 - 500 * 499 / (1000 * 999))
