"""Every metric equals the mean over all orders of tied items."""

import random

import pytest
from evaluation import Context
from metric_oracle import expected_metrics, exponential, linear

KS = [1, 2, 3, 6]


def small_contexts(count):
    """Contexts of one to five items with few distinct scores, some of them all tied."""
    draw = random.Random(12)
    for _ in range(count):
        size = draw.randint(1, 5)
        yield Context(
            labels=draw.choices([0, 0, 0, 1, 2, 3], k=size),
            scores={ranker: draw.choices([-0.0, 0.0, 0.25, 3.0], k=size) for ranker in "ab"},
        )


@pytest.mark.parametrize("gain", [linear, exponential])
def test_ties_are_resolved_in_expectation(evaluation, gain):
    contexts = list(small_contexts(150))
    found = evaluation(metric_ks=KS, metric_gain=gain.__name__).metrics(contexts)
    for context, by_ranker in zip(contexts, found, strict=True):
        for ranker, metrics in by_ranker.items():
            expected = expected_metrics(context.labels, context.scores[ranker], KS, gain)
            assert metrics == pytest.approx(expected, abs=1e-12), (context, ranker)


def test_ranks_break_ties_by_the_array(evaluation):
    contexts = list(small_contexts(100))
    models = evaluation(metric_ks=KS)
    models.run(contexts)
    for row in models.rows("select profile_id, items from dmc12_ranked"):
        for ranker in "ab":
            scores = contexts[row.profile_id].scores[ranker]
            positions = sorted(range(len(scores)), key=[-score for score in scores].__getitem__)
            ranks = [positions.index(position) + 1 for position in range(len(scores))]
            assert [item.ranks[ranker] for item in row["items"]] == ranks
