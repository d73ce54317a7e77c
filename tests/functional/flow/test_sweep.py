"""The sweep on Spark: a set a row, a dead worker a failed row, and nothing trained twice."""

import os
import signal

import pytest
from pyspark.sql import functions as F  # noqa: N812 - Spark's own convention

import dmc12.spark.training
from dbt.adapters.sparksession.session import current_session
from dmc12.knobs import knobs_of
from dmc12.spark import train

SETS = ("lambdarank", 4), ("blend", 1), ("stack", 1), ("own_plays", 1), ("oracle", 1)
SWEPT = {
    "order": {"trainer": "feature", "params": {"feature": "own_plays"}},
    "swept": {
        "trainer": "rank_xendcg",
        "features": ["own_*"],
        "params": {"num_boost_round": 5},
        "grid": {"seed": [1, 2, 3]},
    },
}


@pytest.fixture(scope="module")
def featurized(small_world):
    return current_session().table(f"{small_world}.dmc12_featurized")


def as_rows(query, table):
    return sorted(query(f"select to_json(struct(*)) from {table}"))


def test_every_set_is_a_row_and_each_ranker_one_of_its_sets(small_world, query):
    sets = dict(query(f"select ranker, count(*) from {small_world}.ranker_sets group by ranker"))
    assert {name: sets[name] for name, _ in SETS} == dict(SETS)
    assert query(f"select ranker, set_id from {small_world}.rankers order by ranker") == query(
        f"select ranker, set_id from {small_world}.ranker_sets where is_selected order by ranker"
    )
    learnt = query(f"select distinct ranker from {small_world}.ranker_importances order by ranker")
    assert [name for (name,) in learnt] == [
        "boosted",
        "distributed",
        "lambdarank",
        "linear",
        "pointwise",
        "stack",
        "xendcg",
    ]


def test_a_build_of_the_same_facts_trains_nothing_and_gives_the_same_table(
    small_world, copy_project, run_dbt, query
):
    before = as_rows(query, f"{small_world}.ranker_sets")
    run_dbt(copy_project("small_world"), "run", "--quiet", "--select", "ranker_sets")
    assert as_rows(query, f"{small_world}.ranker_sets") == before


def test_a_set_whose_worker_dies_is_a_failed_row_and_alone_is_trained_again(
    featurized, small_vars, monkeypatch
):
    knobs = knobs_of(small_vars | {"rankers": SWEPT, "control_ranker": "order"})
    real = dmc12.spark.training.train_set

    # a function of its own, so that it travels to the workers by value
    def train_set(job, *arguments, **named):
        if getattr(job.one.params, "seed", None) == 2:
            os.kill(os.getpid(), signal.SIGKILL)
        real(job, *arguments, **named)

    with monkeypatch.context() as patched:
        patched.setattr(dmc12.spark.training, "train_set", train_set)
        first = train(featurized, "killed_sweep", knobs).collect()
    [failed] = [row for row in first if row.status == "failed"]
    assert failed.place == 2
    assert failed.error == (
        f"ranker swept: its worker died while it trained set {failed.set_id}, maybe for want of "
        "memory"
    )
    second = train(featurized, "killed_sweep", knobs).collect()
    assert {row.status for row in second} == {"trained"}
    when = {row.set_id: row.trained_at for row in second}
    assert all(row.trained_at == when[row.set_id] for row in first if row is not failed)
    assert when.pop(failed.set_id) > max(when.values())


def test_fingerprints_are_of_the_rows_not_of_their_order(featurized):
    features = ["own_plays", "title_plays"]
    whole = dmc12.spark.training.fingerprints(featurized, features)
    assert dmc12.spark.training.fingerprints(featurized.repartition(7), features) == whole
    touched = featurized.withColumn(
        "items",
        F.transform(
            "items",
            lambda item: item.withField("features.own_plays", item["features"]["own_plays"] + 1),
        ),
    )
    moved = dmc12.spark.training.fingerprints(touched, features)
    assert moved.rows == whole.rows
    assert [moved.features[name] == whole.features[name] for name in features] == [False, True]
