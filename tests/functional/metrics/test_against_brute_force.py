"""Every metric equals the mean over all orders of tied items."""

import random

import pytest
from evaluation import Context
from metric_oracle import expected_metrics, lenskit_discount, log2_discount

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


@pytest.mark.parametrize("discount", [log2_discount, lenskit_discount])
def test_ties_are_resolved_in_expectation(evaluation, discount):
    contexts = list(small_contexts(150))
    name = discount.__name__.removesuffix("_discount")
    found = evaluation(metric_ks=KS, metric_discount=name).metrics(contexts)
    for context, by_ranker in zip(contexts, found, strict=True):
        for ranker, metrics in by_ranker.items():
            expected = expected_metrics(context.labels, context.scores[ranker], KS, discount)
            assert metrics == pytest.approx(expected, abs=1e-12), (context, ranker)


def test_chance_is_the_mean_over_all_orders(evaluation):
    contexts = list(small_contexts(60))
    models = evaluation(metric_ks=KS)
    models.run(contexts)
    rows = models.rows("select profile_id, chance from metrics_by_context")
    assert len(rows) == 2 * len(contexts)
    for row in rows:
        labels = contexts[row.profile_id].labels
        expected = expected_metrics(labels, [0] * len(labels), KS)
        assert row.chance.asDict() == pytest.approx(expected, abs=1e-12), labels


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
