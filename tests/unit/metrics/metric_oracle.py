"""Every metric by brute force: the mean over all orders of tied items, from the definitions."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence

Discount = Callable[[int], float]


def log2_discount(rank: int) -> float:
    return 1 / math.log2(1 + rank)


def lenskit_discount(rank: int) -> float:
    return 1 / math.log2(max(rank, 2))


def linear(label: float) -> float:
    return label


def exponential(label: float) -> float:
    return 2**label - 1


def orders(labels: Sequence[float], scores: Sequence[float]) -> Iterator[tuple[float, ...]]:
    """The labels in each order that the scores allow, best first."""
    blocks = [
        [label for label, score in zip(labels, scores, strict=True) if score == value]
        for value in sorted(set(scores), reverse=True)
    ]
    for arrangement in itertools.product(*map(itertools.permutations, blocks)):
        yield tuple(itertools.chain.from_iterable(arrangement))


def expected_metrics(
    labels: Sequence[float],
    scores: Sequence[float],
    ks: Sequence[int],
    discount: Discount = log2_discount,
) -> dict[str, float | None]:
    """Every metric in expectation over the orders; None where it is undefined."""
    each = [ordered_metrics(order, ks, discount) for order in orders(labels, scores)]
    return {name: _mean([metrics[name] for metrics in each]) for name in each[0]}


def ordered_metrics(
    order: Sequence[float], ks: Sequence[int], discount: Discount = log2_discount
) -> dict[str, float | None]:
    """Every metric of one strict order of labels."""
    positives = sum(label > 0 for label in order)
    negatives = len(order) - positives
    found: dict[str, float | None] = {"ap": _ratio(precision_sum(order), positives)}
    for name, gain in (("ndcg", linear), ("ndcg_exponential", exponential)):
        gains = [gain(label) for label in order]
        ideal = sorted(gains, reverse=True)
        found[name] = _ratio(dcg(gains, discount), dcg(ideal, discount))
        for k in ks:
            found[f"{name}_at_{k}"] = _ratio(dcg(gains[:k], discount), dcg(ideal[:k], discount))
    for k in ks:
        hits = sum(label > 0 for label in order[:k])
        found[f"ap_at_{k}"] = _ratio(precision_sum(order[:k]), min(positives, k))
        found[f"recall_at_{k}"] = _ratio(hits, positives)
        found[f"precision_at_{k}"] = hits / k if positives else None
        found[f"hit_at_{k}"] = float(hits > 0) if positives else None
    ideal = sorted(order, reverse=True)
    found["nmrr"] = _ratio(reciprocal_sum(order), reciprocal_sum(ideal))
    found["mrr"] = 1 / (1 + [label > 0 for label in order].index(True)) if positives else None
    for k in ks:
        found[f"nmrr_at_{k}"] = _ratio(reciprocal_sum(order[:k]), reciprocal_sum(ideal[:k]))
        found[f"mrr_at_{k}"] = (found["mrr"] if any(order[:k]) else 0.0) if positives else None
    won = sum(better > 0 and worse == 0 for better, worse in itertools.combinations(order, 2))
    found["auc"] = _ratio(won, positives * negatives)
    return found


def dcg(gains: Sequence[float], discount: Discount) -> float:
    return sum(gain * discount(rank) for rank, gain in enumerate(gains, start=1))


def precision_sum(order: Sequence[float]) -> float:
    hits = list(itertools.accumulate(label > 0 for label in order))
    return sum(
        hit / rank for rank, (label, hit) in enumerate(zip(order, hits, strict=True), 1) if label
    )


def reciprocal_sum(order: Sequence[float]) -> float:
    return sum(label / rank for rank, label in enumerate(order, start=1))


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _mean(values: Sequence[float | None]) -> float | None:
    defined = [value for value in values if value is not None]
    return math.fsum(defined) / len(defined) if defined else None
