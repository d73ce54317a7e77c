"""How often the comparison misleads, on simulated rankers whose true difference is known.

    python benchmarks/interval_coverage.py [WORLDS]

For worlds of few and many profiles, even and skewed: the share of intervals that hold the true
difference (nominal 95 %), of idle changes called significant (nominal 5 %), the false discovery
rate of adjusted p-values over families of 40 comparisons, 10 of them real (at most 5 %), and how
often an effect as great as `smallest_detectable` is found (nominal 80 %). No Spark.
"""

from __future__ import annotations

import sys

import numpy as np
from scipy.stats import false_discovery_control

from dmc12.bootstrap import RESOLUTION, exact_sums, poisson_counts
from dmc12.comparison import Comparison
from dmc12.metrics import Metric

COMPARISON = Comparison("control", (Metric("ndcg"),), ("all",), 1000, 0.05, 0.8)
RNG = np.random.default_rng(12)


def estimate(profile: np.ndarray, changes: np.ndarray) -> list[dict[str, float]]:
    """Compare columns of per-context changes with a control of zeros."""
    n = len(np.unique(profile))
    seeds = RNG.integers(0, 2**64, profile.max() + 1, dtype=np.uint64)
    counts = poisson_counts(seeds, COMPARISON.replicates)[profile]
    sums = exact_sums(counts, changes)
    weights = exact_sums(counts, np.ones((len(profile), 1)))[:, 0]
    return [COMPARISON.estimates(column, np.zeros_like(column), weights, n) for column in sums.T]


def world(profiles: int, skewed: bool, effects: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Changes of contexts, a column an effect: part a profile's own, part a context's."""
    profile = np.repeat(np.arange(profiles), 1 + RNG.poisson(2, profiles))
    shape = (len(profile), len(effects))
    if skewed:  # most contexts unchanged, some much: differences of reciprocal ranks look so
        changed = RNG.random(shape) < 0.2
        noise = changed * (RNG.exponential(0.3, shape) - 0.3)
        own = RNG.standard_t(5, (profiles, len(effects))) * 0.05
    else:
        noise = RNG.normal(0, 0.1, shape)
        own = RNG.normal(0, 0.05, (profiles, len(effects)))
    return profile, effects + own[profile] + noise


def main(worlds: int = 2000) -> None:
    """Print a line a kind of world."""
    print(f"{worlds} worlds each, {COMPARISON.replicates} replicates, resolution {RESOLUTION:.1e}")
    print("profiles  changes   coverage  type I    FDR   power at smallest detectable")
    columns = 40
    real = np.arange(columns) < 10
    for profiles in (10, 25, 100, 400):
        for skewed in (False, True):
            held = wrong = found = 0
            rates, smallest = [], []
            for _ in range(max(1, worlds // columns)):
                profile, changes = world(profiles, skewed, np.zeros(columns))
                idle = estimate(profile, changes)
                wrong += sum(one["p_value"] < 0.05 for one in idle)
                held += sum(one["lower"] <= 0 <= one["upper"] for one in idle)
                effect = float(np.median([one["smallest_detectable"] for one in idle]))
                profile, changes = world(profiles, skewed, effect * real)
                mixed = estimate(profile, changes)
                p_values = np.array([one["p_value"] for one in mixed])
                found += int((p_values[real] < 0.05).sum())
                findings = false_discovery_control(p_values) < 0.05
                rates.append(findings[~real].sum() / max(1, findings.sum()))
                smallest.append(effect)
            n = columns * len(rates)
            print(
                f"{profiles:8d}  {'skewed' if skewed else 'even  '}  {held / n:8.3f}"
                f"  {wrong / n:6.3f}  {np.mean(rates):6.3f}  {found / (10 * len(rates)):6.2f}"
            )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
