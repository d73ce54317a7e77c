"""Draws follow the stated distribution: first draws, whole draws, inclusion probabilities, weights.

Chi-square bounds are the quantile 0.999 of Pearson's statistic: a sound draw would pass one in a
thousand salts; the salts are fixed, so a test that passes once passes for good.
"""

import itertools
from collections import Counter

import numpy as np
import pytest
from drawing import catalogue, contexts, drawn, plan, state, titles_of
from scipy.stats import chi2

from dmc12.negatives import race

N = 10_000
WEIGHTS = {1: 8.0, 2: 1.0, 3: 0.5, 4: 4.0, 6: 2.0, 7: 1.0}  # title 5 was never played


def statistic(observed: Counter, expected: dict) -> float:
    assert set(observed) <= {key for key, mean in expected.items() if mean > 0}
    return sum((observed[key] - mean) ** 2 / mean for key, mean in expected.items() if mean > 0)


def bound(cells: int) -> float:
    return float(chi2.ppf(0.999, cells - 1))


def successive(weights: dict[int, float], wanted: int) -> dict[frozenset, float]:
    """Each whole draw's probability, by going through all orders."""
    found: dict[frozenset, float] = {}
    for order in itertools.permutations(weights, wanted):
        left, chance = sum(weights.values()), 1.0
        for title in order:
            chance *= weights[title] / left
            left -= weights[title]
        found[frozenset(order)] = found.get(frozenset(order), 0.0) + chance
    return found


@pytest.fixture(params=["race", "probe"])
def way(request, monkeypatch):
    """Both ways to draw: title by title, and by probes."""
    if request.param == "probe":
        monkeypatch.setattr(race, "FEW", 0)
    return request.param


@pytest.mark.parametrize("strategy", ["uniform", "popularity"])
def test_first_draws_follow_the_stated_probability(way, strategy):
    by = plan(**{strategy: 1})
    negatives = drawn(contexts(range(N), window=[4]), state(catalogue(7), WEIGHTS), by)
    left = dict.fromkeys(range(1, 8), 1.0) if strategy == "uniform" else dict(WEIGHTS)
    del left[4]
    share = {title: weight / sum(left.values()) for title, weight in left.items()}
    first = Counter(each[0]["show_title_id"] for each in negatives)
    assert statistic(first, {t: N * p for t, p in share.items()}) < bound(len(share))
    for each in negatives:
        assert each[0]["draw_probability"] == pytest.approx(share[each[0]["show_title_id"]])


@pytest.mark.parametrize("strategy", ["uniform", "popularity"])
def test_whole_draws_are_successive_draws_without_replacement(way, strategy):
    weights = dict.fromkeys(range(1, 8), 1.0) if strategy == "uniform" else WEIGHTS
    negatives = drawn(
        contexts(range(N)), state(catalogue(7), WEIGHTS), plan(**{strategy: 3}, salt="b")
    )
    sets = Counter(frozenset(row.tolist()) for row in titles_of(negatives))
    expected = {draw: N * chance for draw, chance in successive(weights, 3).items()}
    assert statistic(sets, expected) < bound(len(expected))


def test_listed_strategies_draw_by_their_weights():
    # profiles played 1 and 2: neighbours 3 (.2 + .4), 4 (.3), 5 (.1); 6 has not been launched
    of = state(
        catalogue(7, launched_on={6: 11}),
        cosines=[(1, 3, 0.2), (2, 3, 0.4), (1, 4, 0.3), (2, 5, 0.1), (1, 6, 0.9), (7, 4, 0.9)],
    )
    negatives = drawn(contexts(range(N), past=[1, 2]), of, plan(hard=1))
    share = {3: 0.6, 4: 0.3, 5: 0.1}
    first = Counter(each[0]["show_title_id"] for each in negatives)
    assert statistic(first, {title: N * p for title, p in share.items()}) < bound(3)
    assert all(
        each[0]["draw_probability"] == pytest.approx(share[each[0]["show_title_id"]])
        for each in negatives
    )


@pytest.mark.parametrize(
    "quotas",
    [
        {"uniform": 3},
        {"popularity": 3},
        {"popularity": 2, "uniform": 2},
        {"uniform": 2, "popularity": 2},
        {"own": 1, "impressions": 1, "hard": 1, "popularity": 2, "uniform": 2},
        {"uniform": 1, "hard": 2, "popularity": 1, "own": 1},
        {"popularity": 0, "uniform": 2},
    ],
    ids=lambda quotas: "-".join(quotas),
)
@pytest.mark.parametrize("excludes_past", [True, False])
def test_inverse_inclusion_probabilities_count_every_candidate_once(way, quotas, excludes_past):
    # sum over draws of value / inclusion probability = sum over candidates of value: held for each
    # title's indicator, over N contexts, by the central limit theorem
    n = 12
    weights = {title: 10.0 / title for title in range(1, n)}
    cosines = [(1, t, 0.9 / t) for t in range(3, 9)] + [(2, t, 0.1 * t) for t in range(5, 10)]
    of = state(catalogue(n), weights, cosines)
    batch = contexts(range(N), past=[1, 2, 6], window=[4], shown=[4, 5, 7, 9])
    negatives = drawn(batch, of, plan(excludes_past, **quotas))
    counts = np.zeros((N, n + 1))
    for row, each in enumerate(negatives):
        for negative in each:
            assert 0 < negative["inclusion_probability"] <= 1
            counts[row, negative["show_title_id"]] = 1 / negative["inclusion_probability"]
    reached = {title for each in negatives for title in (n_["show_title_id"] for n_ in each)}
    assert 4 not in reached
    assert len(reached) >= 4
    for title in reached:
        deviation = counts[:, title].std() / np.sqrt(N)
        assert counts[:, title].mean() == pytest.approx(1, abs=4 * deviation + 1e-9)


def test_a_uniform_draw_includes_each_candidate_equally_often(way):
    negatives = drawn(contexts(range(N)), state(catalogue(40)), plan(uniform=10, salt="d"))
    often = Counter(titles_of(negatives).ravel().tolist())
    expected = dict.fromkeys(range(1, 41), N * 10 / 40)
    # a draw without replacement varies less than Pearson's statistic takes for granted
    assert statistic(often, expected) / (1 - 10 / 40) < bound(40)


def test_pairs_of_titles_are_drawn_together_as_often_as_chance_has_it(way):
    negatives = drawn(contexts(range(N)), state(catalogue(20)), plan(uniform=2, salt="f"))
    pairs = Counter(frozenset(row.tolist()) for row in titles_of(negatives))
    cells = list(itertools.combinations(range(1, 21), 2))
    expected = {frozenset(pair): N / len(cells) for pair in cells}
    assert statistic(pairs, expected) < bound(len(cells))
