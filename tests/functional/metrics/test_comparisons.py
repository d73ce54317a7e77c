"""Rankers against the control, through the models: what is planted is found, and noise is not."""

import numpy as np
import pytest
from evaluation import RANKER, Context

GUARDED = {
    "a": RANKER,
    "b": RANKER
    | {
        "guardrails": {
            "anywhere": {"metric": "mrr"},
            "by_country": {"metric": "mrr", "slice": "country_group", "smallest_change": -0.05},
        }
    },
}
KNOBS = {
    "rankers": GUARDED,
    "metrics": {"mrr": {"at": ["whole"]}, "auc": {"at": ["whole"]}},
    "compared_metrics": ["mrr", "auc"],
    "winner_metric": "mrr",
    "metric_slices": ["country_group"],
    "bootstrap_replicates": 200,
    "scored_splits": ["test"],
}
SELECT = "select * from ranker_comparisons where metric = 'mrr' and weighting = 'plain'"


def world(worse_in=(), gain=0.0):
    """400 contexts of two noisy rankers; `b` is better by `gain`, and blind in some countries."""
    draw = np.random.default_rng(12)
    for index in range(400):
        labels = np.zeros(10)
        labels[draw.integers(10)] = 1
        country = ("NL", "US", "BR")[index % 3]
        skill = 0 if country in worse_in else 1 + gain
        yield Context(
            labels,
            {"a": labels + draw.normal(size=10), "b": skill * labels + draw.normal(size=10)},
            country_group=country,
            inclusion_probability=1 / (1 + index % 4),
        )


@pytest.fixture(scope="module")
def models(evaluation):
    return evaluation(**KNOBS)


def test_noise_breaks_no_guardrail(models):
    models.compare(list(world()))
    assert models.violations("guardrails_hold") == []
    assert {row.verdict for row in models.rows(SELECT)} == {"unclear"}


def test_a_regression_in_one_country_breaks_its_guardrail(models):
    models.compare(list(world(worse_in=["US"], gain=1.0)))
    (broken,) = models.violations("guardrails_hold")
    assert (broken.guardrail, broken.slice_value) == ("by_country", "US")
    assert broken.reason == "significant regression"
    assert broken.upper < -0.05
    verdicts = {row.slice_value: row.verdict for row in models.rows(SELECT)}
    assert verdicts == {"all": "better", "NL": "better", "BR": "better", "US": "worse"}


def test_a_guardrail_with_nothing_to_watch_is_broken(models):
    models.compare([Context([0, 0], {"a": [1, 2], "b": [2, 1]})])
    reasons = {row.guardrail: row.reason for row in models.violations("guardrails_hold")}
    assert reasons == dict.fromkeys(
        ("anywhere", "by_country"), "no context has the metric in this slice"
    )


def test_differences_are_those_of_the_means(models):
    models.compare(list(world(gain=0.5)))
    rows = models.rows(
        """
        select compared.*, idea.value as mean, base.value as control_mean, idea.n as n_averaged
        from ranker_comparisons as compared
        inner join metrics_by_slice as idea
            on idea.ranker = 'b'
            and idea.split = compared.split and idea.slice = compared.slice
            and idea.slice_value = compared.slice_value and idea.metric = compared.metric
            and idea.weighting = compared.weighting
        inner join metrics_by_slice as base
            on base.ranker = 'a'
            and base.split = compared.split and base.slice = compared.slice
            and base.slice_value = compared.slice_value and base.metric = compared.metric
            and base.weighting = compared.weighting
        """
    )
    assert len(rows) == (1 + 3) * 2 * 2
    for row in rows:
        assert row.value == pytest.approx(row.mean, abs=1e-7)
        assert row.control_value == pytest.approx(row.control_mean, abs=1e-7)
        assert row.difference == pytest.approx(row.mean - row.control_mean, abs=1e-7)
        assert row.n == row.n_averaged
        assert row.lower < row.difference < row.upper


def test_the_order_of_rows_changes_no_bit(models):
    from dbt.adapters.sparksession.session import current_session
    from dmc12.spark import compare

    models.compare(list(world()))
    table = current_session().table("metrics_by_context")
    first, second = (
        sorted(map(tuple, compare(rows, models.knobs).collect()))
        for rows in (table, table.orderBy("n_positives", "metrics.mrr").repartition(5))
    )
    assert first == second


def test_a_control_without_scores_is_named(models):
    contexts = [Context([1, 0], {"a": [None, None], "b": [2, 1]})]
    models.compare(contexts)
    with pytest.raises(Exception, match="rankers b and a have metrics of different contexts"):
        models.rows(SELECT)
