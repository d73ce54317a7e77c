"""Means, their errors and their counts, by slice."""

import math
import statistics
from dataclasses import replace

import pytest
from evaluation import Context

SHARED = {
    "scored_splits": ["test"],
    "metric_slices": ["country_group", "is_first_time_profile"],
    "metric_ks": [1],
    "metrics": {
        "ndcg": {"at": ["whole", "k"]},
        "mrr": {"at": ["whole"]},
        "auc": {"at": ["whole"]},
    },
    "compared_metrics": ["ndcg", "mrr", "auc"],
    "winner_metric": "mrr",
}
CONTEXTS = [
    Context([1, 0], {"a": [2, 1], "b": [1, 2]}, country_group="NL", inclusion_probability=0.5),
    Context([0, 1], {"a": [2, 1], "b": [1, 2]}, country_group="NL", inclusion_probability=0.1),
    Context([0, 0], {"a": [2, 1], "b": [1, 2]}, country_group="NL"),
    Context([1], {"a": [2], "b": [2]}, country_group="US", is_first_time_profile=True),
]
SELECT = "select * from metrics_by_slice where metric = 'mrr' and ranker = 'a'"


@pytest.fixture(scope="module")
def models(evaluation):
    models = evaluation(**SHARED)
    models.run(CONTEXTS)
    return models


def test_every_combination_is_present_once(models):
    assert models.violations("metrics_complete") == []
    rows = models.rows(
        "select count(*) as n, count(distinct *) as n_distinct from metrics_by_slice"
    )
    slices, metrics = 1 + 2 + 2, 4
    assert rows[0].n == slices * 2 * metrics * 2


def test_means_leave_out_empty_contexts_and_count_them(models):
    rows = models.rows(f"{SELECT} and weighting = 'plain'")
    found = {
        row.slice_value: (row.value, row.n_contexts, row.n_empty, row.n_singleton) for row in rows
    }
    assert found == {
        "all": (pytest.approx(2.5 / 3), 4, 1, 1),
        "NL": (0.75, 3, 1, 0),
        "US": (1.0, 1, 0, 1),
        "false": (0.75, 3, 1, 0),
        "true": (1.0, 1, 0, 1),
    }


def test_plain_error_is_the_sample_deviation_over_root_n(models):
    by_value = {
        row.slice_value: row.standard_error
        for row in models.rows(f"{SELECT} and weighting = 'plain'")
    }
    assert by_value["all"] == pytest.approx(statistics.stdev([1, 0.5, 1]) / math.sqrt(3))
    assert by_value["US"] is None


def test_population_weights_undo_the_sampling(models):
    (row,) = models.rows(f"{SELECT} and weighting = 'population' and slice = 'all'")
    weights, values = [2, 10, 1], [1, 0.5, 1]
    mean = sum(w * x for w, x in zip(weights, values, strict=True)) / 13
    squares = sum((w * (x - mean)) ** 2 for w, x in zip(weights, values, strict=True))
    assert row.value == pytest.approx(mean)
    assert row.standard_error == pytest.approx(math.sqrt(squares * 3 / 2) / 13)


def test_equal_values_have_no_error(evaluation):
    models = evaluation(**SHARED)
    labels, scores = [0, 0, 1], {"a": [1, 1, 1], "b": [1, 1, 1]}
    models.run([Context(labels, scores, inclusion_probability=1 / (3 + n)) for n in range(5)])
    rows = models.rows("select standard_error from metrics_by_slice where slice = 'all'")
    assert {row.standard_error for row in rows} == {0}


def test_contexts_of_tiny_probability_are_summed(evaluation):
    models = evaluation(**SHARED)
    rare = [replace(context, inclusion_probability=1e-9) for context in CONTEXTS[:2]]
    models.run(rare)
    (row,) = models.rows(f"{SELECT} and weighting = 'population' and slice = 'all'")
    assert row.value == pytest.approx(0.75)
    assert row.standard_error == pytest.approx(0.25)


def test_the_order_of_rows_changes_no_bit(models, evaluation):
    few = [CONTEXTS[0], CONTEXTS[1], CONTEXTS[3]] * 7
    many = [
        Context([0, 0, 1, 2, 0], {"a": [n % 3, 1, n % 2, 2, 5], "b": [n % 5, 4, 2, 2, 1]},
                inclusion_probability=1 / (1 + n % 7))
        for n in range(40)
    ]  # fmt: skip
    models.run(few + many)
    query = "select * from metrics_by_slice order by all"
    first = models.rows(query)
    models.run(list(reversed(few + many)))
    assert models.rows(query) == first


def test_without_slices_there_is_the_whole(evaluation):
    models = evaluation(**SHARED | {"metric_slices": []})
    models.run(CONTEXTS)
    rows = models.rows(f"{SELECT} and weighting = 'plain'")
    assert [(row.slice, row.value) for row in rows] == [("all", pytest.approx(2.5 / 3))]


@pytest.mark.parametrize(
    ("test", "view", "fault"),
    [
        ("metrics_complete", "metrics_by_slice", "select * from {} where ranker = 'a'"),
        ("metrics_complete", "metrics_by_slice", "select * from {} where slice <> 'country_group'"),
        (
            "metrics_in_range",
            "metrics_by_context",
            "select * except (metrics), transform(array(metrics), it -> struct("
            "it.ndcg, it.ndcg_at_1, coalesce(it.mrr, 0D) as mrr, it.auc))[0] as metrics from {}",
        ),
        (
            "items_ranks_permutation",
            "dmc12_ranked",
            "select * except (items), transform(items, item -> struct(item.show_title_id, "
            "item.label, item.weight, item.scores, struct(1 as a, item.ranks.b as b) as ranks)) "
            "as items from {}",
        ),
    ],
)
def test_a_fault_is_found(evaluation, test, view, fault):
    from dbt.adapters.sparksession.session import current_session

    models = evaluation(**SHARED)
    models.run(CONTEXTS)
    assert models.violations(test) == []
    current_session().table(view).createOrReplaceTempView("sound")
    current_session().sql(fault.format("sound")).createOrReplaceTempView(view)
    assert models.violations(test) != []
