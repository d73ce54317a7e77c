"""The tables about features: what is declared, what the values are like, and when they drift."""

import pyarrow.parquet as pq
import pytest
import yaml

from dbt.adapters.sparksession.session import current_session
from dmc12.columns import local_path

DRIFTED = """
from pyspark.sql import functions as F


def model(dbt, session):
    featurized = session.table("{schema}.dmc12_featurized")
    shifted = F.transform(
        "items",
        lambda item: item.withField(
            "features",
            item["features"].withField("tenure_days", item["features"]["tenure_days"] + 100_000),
        ),
    )
    drifts = F.col("split") == "test"
    return featurized.withColumn("items", F.when(drifts, shifted).otherwise(F.col("items")))
"""


def test_the_manifest_lists_the_declared_features_in_their_order(small_world, small_vars, query):
    rows = query(
        f"select feature, encoder, data, time_window, missing_value, is_fitted"
        f" from {small_world}.feature_manifest order by place"
    )
    assert [row[0] for row in rows] == small_vars["features"]
    assert len(rows) > 40
    by_name = {row[0]: row[1:] for row in rows}
    assert by_name["own_days_since_last"] == ("own_plays", ["history"], "last", 9999.0, False)
    assert by_name["tenure_days"] == ("profile_tenure", ["context"], "-", None, False)
    assert by_name["als_score"][-1] is True


@pytest.mark.parametrize("table", ["dmc12_featurized", "dmc12_scored"])
def test_features_are_written_without_dictionaries(small_world, table):
    file = current_session().table(f"{small_world}.{table}").inputFiles()[0]
    group = pq.read_metadata(local_path(file)).row_group(0)
    columns = [group.column(place) for place in range(group.num_columns)]
    features = [column for column in columns if ".features." in column.path_in_schema]
    assert len(features) > 40
    assert {column.compression for column in columns} == {"ZSTD"}
    assert not any(column.has_dictionary_page for column in features)


def test_statistics_are_those_of_the_items(small_world, query):
    ((items, mean, sd, missing, median),) = query(
        f"""
        select count(*), avg(plays), stddev_pop(plays), avg(int(plays = 0)), percentile(plays, 0.5)
        from (
            select explode(items.features.title_country_plays) as plays
            from {small_world}.dmc12_featurized where split = 'validation'
        )
        """
    )
    ((counted,),) = query(
        f"select struct(n_items, mean, sd, missing_rate, p50) from {small_world}.feature_statistics"
        " where split = 'validation' and day is null and feature = 'title_country_plays'"
    )
    assert counted.n_items == items
    assert (counted.mean, counted.sd, counted.missing_rate) == pytest.approx((mean, sd, missing))
    assert counted.p50 == pytest.approx(median, rel=0.03)


def test_statistics_tell_each_split_and_day(small_world, query):
    grain = query(
        f"""
        select count(*), count(distinct split, day, feature), count(distinct feature),
            count(distinct split)
        from {small_world}.feature_statistics
        """
    )
    days = query(
        "select count(distinct split, cast(context_at as date))"
        f" from {small_world}.dmc12_featurized"
    )[0][0]
    ((rows, _, features, splits),) = grain
    assert rows == features * (days + splits)


def test_drifted_features_are_named(small_world, copy_project, run_dbt, query):
    project = copy_project("drifted")
    featurized = project / "python_models" / "features" / "dmc12_featurized.py"
    featurized.write_text(DRIFTED.format(schema=small_world))
    run_dbt(project, "run", "--quiet", "--select", "dmc12_featurized", "feature_statistics")
    test = ("test", "--quiet", "--select", "feature_statistics,test_name:not_drifted")
    run = run_dbt(project, *test, "--store-failures").result
    (drift,) = (one for one in run.results if one.node.resource_type == "test")
    assert drift.status == "warn"
    failures = query(f"select split, feature from {drift.node.relation_name}")
    beyond = query(
        "select split, feature from drifted.feature_statistics where day is null and psi > 0.5"
    )
    assert sorted(failures) == sorted(beyond)
    assert ("test", "tenure_days") in failures
    assert ("test", "own_plays") not in failures


def test_a_day_with_too_few_facts_stops_the_build_by_name(copy_project, run_dbt, messages):
    project = copy_project("incomplete", expected_facts=20, min_completeness=0.5)
    plays = project / "seeds" / "raw_plays.csv"
    header, *rows = plays.read_text().splitlines(keepends=True)
    of_day = [row for row in rows if "2026-06-10T" in row]
    kept = [row for row in rows if row not in set(of_day[3:])]
    plays.write_text("".join([header, *kept]))
    selected = ("--select", "+profile_plays_daily", "--indirect-selection", "cautious")
    result = run_dbt(project, "build", "--quiet", *selected, ok=False)
    statuses = {one.node.name: one.status for one in result.result.results}
    (failed,) = [name for name, status in statuses.items() if status in ("fail", "error")]
    assert failed.startswith("days_complete")
    assert "facts are incomplete: 2026-06-10 has 3 of 20 facts" in messages(result)[failed]
    assert statuses["profile_plays_daily"] == "skipped"
    settings = yaml.safe_load((project / "dbt_project.yml").read_text())
    settings["vars"]["dmc12"]["accepted_days"] = ["2026-06-10"]
    (project / "dbt_project.yml").write_text(yaml.safe_dump(settings, sort_keys=False))
    run_dbt(project, "test", "--quiet", "--select", "test_name:days_complete")
