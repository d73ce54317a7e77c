"""One ranker trained by Spark's barrier tasks, and what becomes of it when one of them dies."""

import json
import os
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyspark import BarrierTaskContext
from pyspark.sql import DataFrame

from dbt.adapters.sparksession.session import current_session
from dmc12.dataset import read_dataset
from dmc12.knobs import check
from dmc12.rankers import RankerSet
from dmc12.spark import train as train_all
from dmc12.spark.distributed import (
    TOLD,
    at_once,
    barrier_task,
    conclusion,
    count_slots,
    train_distributed,
)
from dmc12.trainers.distributed_lambdarank import (
    DISTRIBUTED_LAMBDARANK,
    DistributedLambdarankParams,
)

FEATURES = ("own_plays", "title_plays", "title_plays_7d", "genre_affinity", "tenure_days")
PARAMS = DistributedLambdarankParams(n_workers=2, num_boost_round=30, early_stopping_rounds=10)
MINE = RankerSet("mine", "distributed_lambdarank", FEATURES, PARAMS)


@pytest.fixture(scope="module")
def files(small_world: str) -> list[str]:
    return list(current_session().table(f"{small_world}.dmc12_featurized").inputFiles())


def train(files: list[str], **other: Any) -> DataFrame:
    return train_distributed(current_session(), replace(MINE, **other), files)


@pytest.fixture(scope="module")
def entry(files: list[str]) -> dict[str, Any]:
    return entry_in(train(files))


def entry_in(trained: DataFrame) -> dict[str, Any]:
    [row] = trained.collect()
    assert row.error is None
    return json.loads(row.entry)


def test_tasks_of_spark_train_what_processes_of_one_machine_do(
    files: list[str], entry: dict[str, Any]
) -> None:
    data, validation = (read_dataset(files, split, FEATURES) for split in ("train", "validation"))
    local = DISTRIBUTED_LAMBDARANK.fit(data, PARAMS, validation=validation)
    assert entry["text"] == local.to_text()
    assert entry["n_train_items"] == data.n_items
    assert entry["n_train_contexts"] == data.n_contexts
    assert entry["n_validation_contexts"] == validation.n_contexts
    assert max(entry["validation_curve"]) == entry["validation_ndcg_at_10"] > 0.3


def test_a_second_run_gives_the_same_text_also_among_other_rows(
    files: list[str], entry: dict[str, Any]
) -> None:
    twice = train(files).union(train(files)).limit(2).collect()
    assert [json.loads(row.entry)["text"] for row in twice] == [entry["text"]] * 2


def test_a_worker_that_dies_fails_the_attempt_and_the_next_gives_the_same_ranker(
    files: list[str], entry: dict[str, Any], tmp_path: Path
) -> None:
    task = dying_once(barrier_task(MINE, files, 1), tmp_path / "died")
    again = entry_in(at_once(current_session(), 2, task))
    assert (tmp_path / "died").exists()
    assert again["text"] == entry["text"]


def dying_once(work: Callable, died: Path) -> Callable:
    """Kill worker 1 in its first boosting round, unless that has been done."""

    def die(*_: object, **__: object) -> None:
        died.touch()
        os.kill(os.getpid(), signal.SIGKILL)

    def run(batches: Any) -> Any:
        import lightgbm

        if BarrierTaskContext.get().partitionId() == 1 and not died.exists():
            lightgbm.Booster.update = die
        yield from work(batches)

    return run


def told(*digests: str) -> list[pa.RecordBatch]:
    """What as many workers tell, the last one first."""
    rows = [
        {"rank": rank, "digest": digest, "entry": f'{{"of": {rank}}}', "error": None}
        for rank, digest in enumerate(digests)
    ]
    return [pa.RecordBatch.from_pylist([row], schema=TOLD) for row in rows[::-1]]


def test_what_worker_0_tells_is_kept() -> None:
    kept: list[dict[str, Any]] = []
    [batch] = conclusion(kept.append)(iter(told("a", "a")))
    assert batch.to_pylist() == [{"entry": '{"of": 0}', "error": None}]
    assert kept == [{"of": 0}]


def test_different_rankers_are_an_error_and_not_kept() -> None:
    kept: list[dict[str, Any]] = []
    with pytest.raises(RuntimeError, match="worker 1 of 2: its ranker is another"):
        next(conclusion(kept.append)(iter(told("a", "b"))))
    assert kept == []


def test_data_that_cannot_be_trained_on_is_a_row_with_its_error(files: list[str]) -> None:
    [row] = train(files, features=("own_plays", "absent")).collect()
    assert row.entry is None
    assert row.error.startswith("ranker mine: ")
    assert "the items do not have absent; they have " in row.error


def test_more_workers_than_contexts_are_a_row_with_their_error(files: list[str]) -> None:
    sparse = current_session().read.parquet(*files).where("split = 'train'").limit(1)
    path = f"{Path(files[0].removeprefix('file:')).parent}_sparse"
    sparse.write.parquet(path)
    written = list(current_session().read.parquet(path).inputFiles())
    [row] = train(written).collect()
    assert row.error == (
        "ranker mine: 2 workers cannot share 1 training context(s): each needs one; lower n_workers"
    )


def test_more_workers_than_slots_are_refused_before_anything_starts(files: list[str]) -> None:
    assert count_slots(current_session()) == 2
    params = DistributedLambdarankParams(n_workers=3)
    with pytest.raises(ValueError, match=r"3 workers must run at once, and Spark has 2"):
        train(files, params=params)


def test_trainers_of_spark_s_own_stand_in_the_registry_like_any(
    small_world: str, small_vars: dict[str, Any], tmp_path: Path
) -> None:
    quick = {"num_boost_round": 5}
    declared = {
        "alone": {"trainer": "lambdarank", "params": quick},
        "both": {"trainer": "distributed_lambdarank", "params": {**quick, "n_workers": 2}},
        "many": {"trainer": "distributed_lambdarank", "params": {"n_workers": 3}},
        "linear": {"trainer": "logistic_regression", "params": {"max_iter": 5}},
        "trees": {"trainer": "boosted_regressor", "params": {"max_iter": 2}},
    }
    rankers = {name: {**each, "features": list(FEATURES)} for name, each in declared.items()}
    own = {"rankers": rankers, "control_ranker": "alone", "bundle_rankers": []}
    featurized = current_session().table(f"{small_world}.dmc12_featurized")
    rows = train_all(featurized, f"of_{tmp_path.name}", check(small_vars | own)).collect()
    found = {row.ranker: row for row in rows}
    assert found["many"].error == (
        "ranker many: 3 workers must run at once, and Spark has 2 slot(s); lower n_workers, or give"
        " Spark more cores"
    )
    for name in ("alone", "both", "linear", "trees"):
        assert found[name].error is None
        assert found[name].n_train_items == found["alone"].n_train_items
        assert found[name].n_train_contexts == found["alone"].n_train_contexts
        assert found[name].validation_ndcg_at_10 > 0.3
        assert [each.feature for each in found[name].importances] == list(FEATURES)
