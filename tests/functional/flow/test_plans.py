"""Ranking and metrics move no item and read none of the fields that they have no use for."""

import contextlib
import io
import re

import pytest

from dbt.adapters.sparksession.session import current_session
from dmc12.knobs import knobs_of
from dmc12.spark import Lookups, featurize, measure, rank, sample_negatives, sum_metrics_by_tags

BY_DAY = ("title_plays_daily", "title_popularity_daily")
COMPILED = ("fact_completeness_daily", *BY_DAY)
UNREAD = {
    "dmc12_ranked": ["features"],
    "metrics_by_context": ["features", "weight", "ranks", "show_title_id", "stratum"],
    "metric_sums_by_tags": ["features", "weight", "ranks", "show_title_id", "stratum"],
}


def plan_of(frame):
    """The physical plan of a DataFrame."""
    with contextlib.redirect_stdout(io.StringIO()) as plan:
        frame.explain("formatted")
    return plan.getvalue()


@pytest.fixture(scope="module")
def plans(small_world, small_vars, copy_project, run_dbt, query):
    """The physical plans of the models, over the tables of the small world."""
    compile_sql = ["compile", "--quiet", "--indirect-selection", "empty"]
    compiled = run_dbt(copy_project(small_world), *compile_sql, "--select", *COMPILED).result
    session = current_session()
    ranked = session.table(f"{small_world}.dmc12_ranked")

    def explained():
        return {
            result.node.name: query(f"explain formatted {result.node.compiled_code}")[0][0]
            for result in compiled
        }

    as_run = {f"{name} as run": plan for name, plan in explained().items()}
    # small tables would be broadcast without a hint, either side of a join
    session.conf.set("spark.sql.autoBroadcastJoinThreshold", "-1")
    in_sql = explained()
    session.conf.unset("spark.sql.autoBroadcastJoinThreshold")
    return (
        as_run
        | in_sql
        | {
            "dmc12_ranked": plan_of(rank(session.table(f"{small_world}.dmc12_scored"))),
            "metrics_by_context": plan_of(measure(ranked, knobs_of(small_vars))),
            "metric_sums_by_tags": plan_of(sum_metrics_by_tags(ranked, knobs_of(small_vars))),
        }
    )


@pytest.mark.parametrize("model", ["dmc12_ranked", "metrics_by_context"])
def test_no_item_is_moved(plans, model):
    assert "Exchange" not in plans[model]
    assert "Window" not in plans[model]


def test_of_metrics_only_sums_are_moved(plans):
    tree = plans["metric_sums_by_tags"].split("\n\n")[0]
    assert tree.count("Exchange") == 1
    assert tree.index("Exchange") < tree.index("MapInArrow")


@pytest.mark.parametrize("model", UNREAD)
def test_what_is_of_no_use_is_not_read(plans, model):
    (read,) = re.findall(r"ReadSchema: (.*)", plans[model])
    assert "label:double" in read
    assert "scores:struct<" in read
    assert not [field for field in UNREAD[model] if f"{field}:" in read]


def test_facts_are_counted_in_one_reading(plans):
    assert plans["fact_completeness_daily"].count("ReadSchema") == 1


def test_days_are_sent_to_the_counts_of_plays_and_not_the_other_way_round(plans):
    tree = plans["title_popularity_daily"].split("\n\n")[0]
    assert tree.index("title_plays_daily") < tree.index("BroadcastExchange")


@pytest.mark.parametrize("model", BY_DAY)
def test_a_day_is_written_by_one_task(plans, model):
    assert re.search(
        r"hashpartitioning\(day#\d+, \d+\), REPARTITION_BY_COL", plans[f"{model} as run"]
    )


@pytest.fixture(scope="module")
def features_plan(small_world, small_vars):
    """The physical plan of the features, over the tables of the small world."""

    def table(name):
        return current_session().table(f"{small_world}.{name}")

    lookups = Lookups(
        titles=table("titles"),
        popularity=table("title_popularity_daily"),
        coplays=table("title_coplays"),
        factors=table("title_factors"),
        completeness=table("fact_completeness_daily"),
    )
    return plan_of(
        featurize(
            table("dmc12_labeled"),
            history=table("profile_history"),
            lookups=lookups,
            knobs=knobs_of(small_vars),
        )
    )


def test_features_move_neither_items_nor_histories(features_plan):
    assert "Exchange" not in features_plan


def test_features_join_contexts_with_histories_and_nothing_else(features_plan):
    tree = features_plan.split("\n\n")[0]
    assert tree.count("ShuffledHashJoin") == 2  # with profile_history, which joins profiles itself
    assert "Generate" not in features_plan
    assert "title_popularity_daily" not in features_plan


@pytest.fixture(scope="module")
def negatives_plan(small_world, small_vars):
    """The physical plan of the negatives, over the tables of the small world."""

    def table(name):
        return current_session().table(f"{small_world}.{name}")

    return plan_of(
        sample_negatives(
            table("contexts_sampled"),
            history=table("profile_history"),
            impressions=table("impression_history"),
            titles=table("titles"),
            weights=table("title_weights"),
            coplays=table("title_coplays"),
            knobs=knobs_of(small_vars),
        )
    )


def test_negatives_join_no_titles_to_contexts(negatives_plan):
    assert "MapInArrow" in negatives_plan
    for name in ("country_titles", "title_weights", "title_coplays"):
        assert name not in negatives_plan
    for join in ("CartesianProduct", "BroadcastNestedLoopJoin", "Generate", "Window"):
        assert join not in negatives_plan
