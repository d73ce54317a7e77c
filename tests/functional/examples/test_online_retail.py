"""The flow on UCI Online Retail lands on figures that others computed, without Spark, by pandas."""

import os
import shutil
from pathlib import Path

import pandas as pd
import pytest
import yaml
from project import NO_TESTS, REPO, SHARED_SPARK

SHARED = Path(os.environ.get("DMC12_SHARED_DATA", REPO.parent / "shared" / "data"))
LINES = SHARED / "online_retail" / "online_retail.csv.gz"

pytestmark = pytest.mark.skipif(
    not LINES.exists(), reason=f"{LINES} is not there (DMC12_SHARED_DATA names its folder)"
)

SCHEMA = "online_retail_test"
BASELINES = {
    "popularity": {"trainer": "feature", "params": {"feature": "title_profiles"}},
    "own_plays": {
        "trainer": "lexicographic",
        "params": {"features": ["own_plays", "title_profiles"]},
    },
}


@pytest.fixture(scope="module")
def project(tmp_path_factory, warehouse):
    """The example with its baselines alone, hence hardly any train and validation contexts.

    A date of each split is enough.
    """
    dates = ["2011-08-15", "2011-09-23", "2011-11-01"]
    root = tmp_path_factory.mktemp("online_retail") / "project"
    ignored = shutil.ignore_patterns("warehouse", "target", "logs", "dbt_packages", "package-lock*")
    shutil.copytree(REPO / "examples" / "online_retail", root, ignore=ignored)
    (root / "packages.yml").write_text(yaml.safe_dump({"packages": [{"local": str(REPO)}]}))
    project = yaml.safe_load((root / "dbt_project.yml").read_text())
    project["vars"]["online_retail_path"] = str(LINES)
    project["vars"]["dmc12"] |= {
        "rankers": BASELINES,
        "calendar_dates": dates,
        "coplay_fit_dates": dates,
        "features": ["title_profiles", "own_plays"],
        "sampling": {"train": {"rate": 0.01}, "validation": {"rate": 0.01}, "test": {"rate": 1.0}},
        "scored_splits": ["test"],
        "control_ranker": "popularity",
    }
    (root / "dbt_project.yml").write_text(yaml.safe_dump(project, sort_keys=False))
    profiles = yaml.safe_load((root / "profiles.yml").read_text())
    output = profiles["online_retail"]["outputs"]["local"]
    output |= {"schema": SCHEMA, "warehouse": str(warehouse), "master": "local[2]"}
    output |= SHARED_SPARK
    (root / "profiles.yml").write_text(yaml.safe_dump(profiles))
    return root


@pytest.fixture(scope="module")
def facts(project, run_dbt):
    """The schema in which the example has been built, as far as its facts."""
    run_dbt(project, "deps", "--quiet")
    sources = ("fct_plays", "fct_impressions", "profiles", "titles")
    checked = [name for source in sources for name in (f"+{source}", f"{source}_rejected")]
    run_dbt(project, "build", "--quiet", *NO_TESTS, "--select", *checked)
    return SCHEMA


@pytest.fixture(scope="module")
def online_retail(facts, project, run_dbt):
    """The schema in which the example has been built, as far as its metrics."""
    read = ("+metrics_by_slice", "metrics_by_context")
    built = ("+fct_plays", "+fct_impressions", "+profiles", "+titles")
    run_dbt(project, "build", "--quiet", *NO_TESTS, "--select", *read, "--exclude", *built)
    return facts


@pytest.fixture(scope="module")
def lines():
    """The invoice lines as pandas reads them."""
    return pd.read_csv(
        LINES,
        dtype={"CustomerID": str, "InvoiceNo": str, "StockCode": str},
        parse_dates=["InvoiceDate"],
    )


def test_lines_are_accepted_as_counted_by_pandas(facts, query):
    assert query(f"select count(*) from {facts}.fct_plays") == [(397_924,)]
    profiles_and_titles = query(
        f"select count(distinct profile_id), count(distinct show_title_id) from {SCHEMA}.fct_plays"
    )
    assert profiles_and_titles == [(4_339, 3_665)]
    rejected = f"select count(*) from {facts}.fct_plays_rejected"
    assert query(rejected) == [(541_909 - 397_924,)]


def test_lines_are_rejected_for_the_reasons_that_pandas_counts(facts, query, lines):
    sound = lines[lines.CustomerID.notna() & (lines.Quantity > 0)]
    signed_up_at = sound.groupby("CustomerID").InvoiceDate.min()
    launched_at = sound.groupby("StockCode").InvoiceDate.min()
    expected = {
        "missing_profile_id": lines.CustomerID.isna(),
        "unknown_profile": lines.CustomerID.notna() & ~lines.CustomerID.isin(sound.CustomerID),
        "unknown_title": ~lines.StockCode.isin(sound.StockCode),
        "strength_not_positive": lines.Quantity <= 0,
        "before_sign_up": lines.InvoiceDate < lines.CustomerID.map(signed_up_at),
        "before_launch": lines.InvoiceDate < lines.StockCode.map(launched_at),
    }
    counted = query(
        "select reason, count(*) from"
        f" (select explode(reasons) as reason from {facts}.fct_plays_rejected)"
        " group by reason"
    )
    assert dict(counted) == {reason: int(broken.sum()) for reason, broken in expected.items()}
    assert dict(counted)["missing_profile_id"] == 135_080
    cancellations = query(
        f"select count(*) from {facts}.fct_plays_rejected"
        " where play_id like 'C%' and array_contains(reasons, 'strength_not_positive')"
    )
    assert cancellations == [(9_288,)]


def test_every_source_reconciles_and_stays_below_its_threshold(facts, project, run_dbt):
    run = run_dbt(
        project, "test", "--quiet", "--select", "test_name:reconciles", "test_name:rejected_share"
    )
    tests = [one for one in run.result.results if one.node.resource_type == "test"]
    assert len(tests) == 8


@pytest.mark.long
def test_every_known_customer_who_buys_again_ranks_every_known_item(online_retail, query):
    test = f"select count(*), min(n_items), max(n_items) from {SCHEMA}.metrics_by_context"
    assert query(f"{test} where ranker = 'popularity'") == [(1_542, 3_613, 3_613)]


@pytest.mark.long
@pytest.mark.parametrize(
    ("ranker", "metric", "k", "by_pandas", "tolerance"),
    [
        ("popularity", "ndcg", 10, 0.0868, 0.0005),
        ("popularity", "recall", 10, 0.0304, 0.0005),
        ("popularity", "mrr", None, 0.2221, 0.0005),
        ("own_plays", "ndcg", 10, 0.3500, 0.005),
        ("own_plays", "recall", 10, 0.1663, 0.005),
        ("own_plays", "mrr", None, 0.5606, 0.005),
    ],
)
def test_a_baseline_lands_on_the_independent_figure(
    online_retail, query, ranker, metric, k, by_pandas, tolerance
):
    found = query(
        f"select value from {online_retail}.metrics_by_slice where split = 'test' and slice = 'all'"
        f" and weighting = 'plain' and ranker = '{ranker}' and metric = '{metric}' and k <=> "
        + ("null" if k is None else str(k))
    )
    assert found == [(pytest.approx(by_pandas, abs=tolerance),)]
