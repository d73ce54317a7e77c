"""One ranker trained by Spark's barrier tasks, and what becomes of it when one of them dies."""

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyspark import BarrierTaskContext
from pyspark.sql import DataFrame
from pyspark.sql.pandas.types import from_arrow_schema

from dbt.adapters.sparksession.session import current_session
from dmc12.dataset import read_dataset
from dmc12.spark.distributed import FITTED, barrier_task, count_slots, train_distributed
from dmc12.trainers.distributed_lambdarank import (
    DISTRIBUTED_LAMBDARANK,
    DistributedLambdarankParams,
)

FEATURES = ["own_plays", "title_plays", "title_plays_7d", "genre_affinity", "tenure_days"]
PARAMS = DistributedLambdarankParams(n_workers=2, num_boost_round=30, early_stopping_rounds=10)


@pytest.fixture(scope="module")
def files(small_world: str) -> list[str]:
    return list(current_session().table(f"{small_world}.dmc12_featurized").inputFiles())


def train(files: list[str], **settings: Any) -> DataFrame:
    wanted = {"features": FEATURES, "params": PARAMS} | settings
    return train_distributed(current_session(), "mine", files, **wanted)


@pytest.fixture(scope="module")
def row(files: list[str]) -> Any:
    [row] = train(files).collect()
    return row


def test_tasks_of_spark_train_what_processes_of_one_machine_do(files: list[str], row: Any) -> None:
    data, validation = (read_dataset(files, split, FEATURES) for split in ("train", "validation"))
    local = DISTRIBUTED_LAMBDARANK.fit(data, PARAMS, validation=validation)
    assert row.error is None
    assert row.text == local.to_text()
    assert row.n_train_items == data.n_items
    assert row.n_train_contexts == data.n_contexts
    assert row.n_validation_contexts == validation.n_contexts
    assert row.validation_ndcg_at_10 > 0.3


def test_a_second_run_gives_the_same_text_also_among_other_rows(files: list[str], row: Any) -> None:
    twice = train(files).union(train(files))
    assert [each.text for each in twice.collect()] == [row.text] * 2
    assert train(files).first().text == row.text


def test_a_worker_that_dies_fails_the_attempt_and_the_next_gives_the_same_ranker(
    files: list[str], row: Any, tmp_path: Path
) -> None:
    task = dying_once(barrier_task("mine", files, FEATURES, PARAMS, 1), tmp_path / "died")
    [again] = (
        current_session()
        .range(0, 2, numPartitions=2)
        .mapInArrow(task, from_arrow_schema(FITTED), barrier=True)
        .collect()
    )
    assert (tmp_path / "died").exists()
    assert again.text == row.text


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


def test_data_that_cannot_be_trained_on_is_a_row_with_its_error(files: list[str]) -> None:
    [row] = train(files, features=["own_plays", "absent"]).collect()
    assert row.text is None
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
    with pytest.raises(
        ValueError, match=r"ranker mine: 3 workers must run at once, and Spark has 2"
    ):
        train(files, params=params)
