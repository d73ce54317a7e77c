"""The report and what it is made of, on the small world."""

import pytest

from dmc12.report.page import render
from dmc12.report.tables import QUERIES


@pytest.fixture(scope="module")
def tables(small_world, query):
    from dbt.adapters.sparksession.session import current_session

    spark = current_session()
    before = spark.catalog.currentDatabase()
    spark.catalog.setCurrentDatabase(small_world)
    yield {
        name: [row.asDict(recursive=True) for row in spark.sql(sql).collect()]
        for name, sql in QUERIES.items()
    }
    spark.catalog.setCurrentDatabase(before)


def test_a_build_can_be_reported(tables):
    assert all(tables.values())
    page = render(tables)
    for row in tables["rankers"]:
        assert row["ranker"] in page


def test_every_ranker_is_compared_in_every_slice(small_world, query):
    rows = query(
        f"""
        select means.slice, means.slice_value, means.ranker, means.metric, means.k
        from {small_world}.metrics_by_slice as means
        left anti join {small_world}.ranker_comparisons as compared
            on means.split = compared.split and means.slice = compared.slice
            and means.slice_value = compared.slice_value and means.ranker = compared.ranker
            and means.metric = compared.metric and means.k <=> compared.k
            and means.weighting = compared.weighting
        where means.ranker <> 'own_plays' and means.n_contexts > 0
            and means.metric in ('ndcg', 'ap', 'recall', 'hit', 'nmrr', 'mrr', 'auc')
        """
    )
    assert rows == []


def test_comparisons_agree_with_the_means(small_world, query):
    ((worst,),) = query(
        f"""
        select max(abs(compared.value - means.value) + abs(compared.n - means.n))
        from {small_world}.metrics_by_slice as means
        inner join {small_world}.ranker_comparisons as compared
            on means.split = compared.split and means.slice = compared.slice
            and means.slice_value = compared.slice_value and means.ranker = compared.ranker
            and means.metric = compared.metric and means.k <=> compared.k
            and means.weighting = compared.weighting
        """
    )
    assert worst < 1e-7


def test_the_oracle_shows_what_is_possible_and_chance_what_is_nothing(small_world, query):
    rows = dict(
        query(
            f"select ranker, value - chance from {small_world}.metrics_by_slice"
            " where split = 'test' and slice = 'all' and weighting = 'plain' and metric = 'nmrr'"
        )
    )
    assert max(rows, key=rows.get) == "oracle"
    assert min(rows.values()) > 0


def test_a_popular_ranker_shows_less_of_the_catalogue(small_world, query):
    found = {
        ranker: (coverage, gini, novelty)
        for ranker, coverage, gini, novelty in query(
            f"select ranker, coverage, gini, novelty from {small_world}.catalogue_by_slice"
            " where split = 'test' and slice = 'all' and k = 10"
        )
    }
    assert found["popularity"][0] < found["own_plays"][0]
    assert found["popularity"][1] > found["own_plays"][1]
    assert found["popularity"][2] == min(novelty for _, _, novelty in found.values())


def test_calibration_counts_every_item_once(small_world, query):
    scored = query(
        f"select split, sum(size(items)) from {small_world}.dmc12_scored group by split order by 1"
    )
    binned = query(
        "select split, sum(n_items) / count(distinct ranker)"
        f" from {small_world}.calibration_by_slice where slice = 'all' group by split order by 1"
    )
    assert binned == scored
