"""Differences, errors and p-values against plain numpy, and how often they mislead."""

import numpy as np
import pyarrow as pa
import pytest
from scipy import stats

from dmc12.comparison import Comparison
from dmc12.metrics import Metric

COMPARISON = Comparison(
    control="control",
    metrics=(Metric("ndcg", 10),),
    slices=("all", "country"),
    replicates=1000,
    significance=0.05,
    power=0.8,
)


def world(rng, profiles, effect=0.0, contexts=3):
    """Contexts of profiles whose own level moves all of a profile's differences alike."""
    sizes = rng.poisson(contexts, profiles)
    profile = np.repeat(np.arange(profiles), sizes)
    control = rng.beta(2, 3, len(profile))
    change = effect + rng.normal(0, 0.1, profiles)[profile] + rng.normal(0, 0.1, len(profile))
    return {
        "profile": profile,
        "country": np.where(profile % 3 == 0, "NL", "US"),
        "weight": rng.choice([1.0, 2.0, 5.0], len(profile)),
        "has_positive": rng.random(len(profile)) < 0.9,
        "control": control,
        "idea": control + change,
    }


def rows(made, rankers=("control", "idea")):
    """The contexts as `partial_sums` reads them, a row a ranker."""
    n = len(made["profile"])
    defined = made["has_positive"]
    seeds = np.random.default_rng(5).integers(-(2**63), 2**63, made["profile"].max() + 1)
    one = {
        "seed": seeds[made["profile"]],
        "split": np.full(n, "test"),
        "slice_all": np.full(n, "all"),
        "slice_country": made["country"],
        "weight": made["weight"],
        "has_positive": defined,
        "has_both": defined,
    }
    return pa.concat_tables([
        pa.table(one | {
            "ranker": np.full(n, ranker),
            "ndcg_at_10": pa.array(made[ranker], mask=~defined),
        })
        for ranker in rankers
    ])  # fmt: skip


def compared(table, comparison=COMPARISON, slice_value="all"):
    """The differences of one slice, by weighting."""
    partials = comparison.partial_sums(table)
    chosen = partials.filter(pa.compute.equal(partials["slice_value"], slice_value))
    return {row["weighting"]: row for row in comparison.differences(chosen).to_pylist()}


def clustered(made, weight):
    """Mean difference and its error by linearisation (the sandwich), clusters being profiles."""
    kept = made["has_positive"]
    profile, change = made["profile"][kept], (made["idea"] - made["control"])[kept]
    weight = weight[kept]
    mean = np.average(change, weights=weight)
    residuals = np.bincount(profile, weight * (change - mean))
    clusters = len(np.unique(profile))
    error = np.sqrt((residuals**2).sum() * clusters / (clusters - 1)) / weight.sum()
    return mean, error, clusters


@pytest.mark.parametrize("weighting", ["plain", "population"])
def test_the_error_is_the_clustered_one(weighting):
    made = world(np.random.default_rng(1), 400, effect=0.01)
    weight = made["weight"] if weighting == "population" else np.ones(len(made["profile"]))
    mean, error, clusters = clustered(made, weight)
    found = compared(rows(made))[weighting]
    assert found["difference"] == pytest.approx(mean, abs=1e-8)
    assert found["standard_error"] == pytest.approx(error, rel=0.08)
    assert found["n_profiles"] == clusters
    assert found["n"] == made["has_positive"].sum()
    shown = stats.t.isf(0.025, clusters - 1) + stats.t.ppf(0.8, clusters - 1)
    assert found["smallest_detectable"] == pytest.approx(shown * found["standard_error"])
    margin = stats.t.isf(0.025, clusters - 1) * found["standard_error"]
    assert (found["lower"], found["upper"]) == pytest.approx((mean - margin, mean + margin))
    ratio = abs(mean) / found["standard_error"]
    assert found["p_value"] == pytest.approx(2 * stats.t.sf(ratio, clusters - 1))


def test_an_ordinary_bootstrap_of_whole_profiles_finds_the_same_error():
    rng = np.random.default_rng(2)
    made = world(rng, 150)
    kept = made["has_positive"]
    change = np.bincount(made["profile"][kept], (made["idea"] - made["control"])[kept], 150)
    size = np.bincount(made["profile"][kept], minlength=150)
    drawn = rng.integers(0, 150, (4000, 150))
    deviation = (change[drawn].sum(axis=1) / size[drawn].sum(axis=1)).std()
    assert compared(rows(made))["plain"]["standard_error"] == pytest.approx(deviation, rel=0.08)


def test_contexts_of_a_profile_are_not_taken_as_independent():
    made = world(np.random.default_rng(3), 200, contexts=20)
    change = (made["idea"] - made["control"])[made["has_positive"]]
    naive = change.std(ddof=1) / np.sqrt(len(change))
    assert compared(rows(made))["plain"]["standard_error"] > 2 * naive


def test_no_order_or_division_of_profiles_changes_a_bit():
    table = rows(world(np.random.default_rng(4), 300))
    whole = compared(table)
    shuffled = table.take(np.random.default_rng(6).permutation(len(table)))
    assert compared(shuffled) == whole
    bucket = table["seed"].to_numpy() % 5
    parts = pa.concat_tables(
        [COMPARISON.partial_sums(table.filter(pa.array(bucket == part))) for part in range(5)]
    )
    every = parts.filter(pa.compute.equal(parts["slice"], "all"))
    found = COMPARISON.differences(every).to_pylist()
    assert {row["weighting"]: row for row in found} == whole


def test_equal_rankers_differ_by_nothing_for_sure():
    made = world(np.random.default_rng(7), 50)
    made["idea"] = made["control"]
    found = compared(rows(made))["plain"]
    assert (found["difference"], found["standard_error"], found["p_value"]) == (0, 0, 1)


def test_one_profile_tells_no_error_and_no_positive_no_difference():
    made = world(np.random.default_rng(8), 1, contexts=9)
    found = compared(rows(made), slice_value="NL")["plain"]
    assert found["difference"] is not None
    assert (found["standard_error"], found["lower"], found["p_value"]) == (None, None, None)
    made["has_positive"][:] = False
    found = compared(rows(made), slice_value="NL")["population"]
    assert (found["value"], found["difference"], found["n"], found["n_profiles"]) == (
        None, None, 0, 0,
    )  # fmt: skip


def test_a_control_without_metrics_is_named():
    with pytest.raises(ValueError, match=r"control ranker control has no metrics in split test"):
        compared(rows(world(np.random.default_rng(9), 20), rankers=("idea",)))


def test_a_ranker_missing_from_a_context_is_named():
    table = rows(world(np.random.default_rng(10), 20))
    with pytest.raises(ValueError, match="idea and control have metrics of different contexts"):
        compared(table.slice(0, len(table) - 1))


def test_a_twentieth_of_equal_rankers_seem_to_differ():
    """Type I error of 600 worlds without effect, of 25 profiles each: 5 % within 3.3 sd."""
    rng = np.random.default_rng(11)
    few = Comparison(**(vars(COMPARISON) | {"replicates": 300, "slices": ("all",)}))
    wrong = [compared(rows(world(rng, 25)), few)["plain"]["p_value"] < 0.05 for _ in range(600)]
    assert 0.02 < np.mean(wrong) < 0.08
