"""Every metric equals the mean over all orders of tied items."""

import random
from collections.abc import Callable, Iterator

import pytest
from measuring import Context, measured
from metric_oracle import expected_metrics, lenskit_discount, log2_discount

KS = [1, 2, 3, 6]


def small_contexts(count: int) -> Iterator[Context]:
    """Contexts of one to five items with few distinct scores, some of them all tied."""
    draw = random.Random(12)
    for _ in range(count):
        size = draw.randint(1, 5)
        yield Context(
            labels=draw.choices([0, 0, 0, 1, 2, 3], k=size),
            scores={ranker: draw.choices([-0.0, 0.0, 0.25, 3.0], k=size) for ranker in "ab"},
        )


@pytest.mark.parametrize("discount", [log2_discount, lenskit_discount])
def test_ties_are_resolved_in_expectation(discount: Callable[[int], float]) -> None:
    contexts = list(small_contexts(300))
    found = measured(contexts, KS, discount.__name__.removesuffix("_discount"))
    for context, by_ranker in zip(contexts, found, strict=True):
        for ranker, scores in context.scores.items():
            expected = expected_metrics(context.labels, scores, KS, discount)
            assert by_ranker[ranker] == pytest.approx(expected, abs=1e-12), (context, ranker)


def test_chance_is_the_mean_over_all_orders() -> None:
    contexts = list(small_contexts(150))
    for context, found in zip(contexts, measured(contexts, KS), strict=True):
        expected = expected_metrics(context.labels, [0] * len(context.labels), KS)
        assert found.chance == pytest.approx(expected, abs=1e-12), context.labels
