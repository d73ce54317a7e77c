"""Real LightGBM workers, each a process of this machine."""

import multiprocessing
import os
import signal
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from synthetic import BOOSTED, FEATURES, contexts, write

from dmc12.dataset import Dataset, read_dataset
from dmc12.distributed import agree
from dmc12.trainers import TRAINERS
from dmc12.trainers.base import Scorer, check_params
from dmc12.trainers.distributed_lambdarank import DISTRIBUTED_LAMBDARANK
from dmc12.trainers.ndcg import Ndcg

STOPPED = {**BOOSTED, "early_stopping_rounds": 5}


@pytest.fixture(scope="module")
def uris(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    return write(Path(tmp_path_factory.mktemp("featurized")), contexts(600))


@pytest.fixture(scope="module")
def train(uris: list[str]) -> Dataset:
    return read_dataset(uris, "train", FEATURES)


@pytest.fixture(scope="module")
def validation(uris: list[str]) -> Dataset:
    return read_dataset(uris, "validation", FEATURES)


@pytest.fixture(scope="module")
def scorer(train: Dataset, validation: Dataset) -> Scorer:
    return fitted(train, validation, n_workers=2, **STOPPED)


def fitted(train: Dataset, validation: Dataset | None, **params: Any) -> Scorer:
    checked = check_params(DISTRIBUTED_LAMBDARANK, params)
    return DISTRIBUTED_LAMBDARANK.fit(train, checked, validation=validation)


def ndcg(scorer: Scorer, validation: Dataset) -> float:
    [(_, block)] = validation.blocks()
    return Ndcg(validation.labels, validation.group_sizes)(scorer.score(block))


def test_equal_data_and_workers_give_equal_texts(
    train: Dataset, validation: Dataset, scorer: Scorer
) -> None:
    assert fitted(train, validation, n_workers=2, **STOPPED).to_text() == scorer.to_text()


def test_the_text_tells_how_many_workers_there_were_but_not_where(scorer: Scorer) -> None:
    assert "[num_machines: 2]" in scorer.to_text()
    assert "[tree_learner: data]" in scorer.to_text()
    assert "[machines: ]" in scorer.to_text()
    for place in ("127.0.0.1", "num_threads"):
        assert place not in scorer.to_text()


def test_both_workers_contexts_are_trained_on(
    train: Dataset, validation: Dataset, scorer: Scorer
) -> None:
    alone = TRAINERS["lambdarank"]
    whole = alone.fit(train, check_params(alone, STOPPED), validation=validation)
    assert ndcg(scorer, validation) == pytest.approx(ndcg(whole, validation), abs=0.01)
    # a root's count is of all items, though no worker has more than half of them
    assert f"internal_count={train.n_items} " in scorer.to_text()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("one class", "no training item has a positive label"),
        ("nan", "feature noise is nan: must be finite"),
        ("few", "2 workers cannot share 1 training context(s): each needs one; lower n_workers"),
        ("no validation", "early_stopping_rounds is set, but the validation split is empty"),
    ],
)
def test_data_that_cannot_be_trained_on_is_refused_by_cause(
    train: Dataset, validation: Dataset, change: str, message: str
) -> None:
    columns, labels, sizes = train.columns, train.labels, train.group_sizes
    given: Dataset | None = validation
    if change == "one class":
        labels = np.zeros_like(labels)
    if change == "nan":
        noise = columns["noise"].copy()
        noise[-1] = np.nan
        columns = columns | {"noise": noise}
    if change == "few":
        sizes = np.array([train.n_items])
    if change == "no validation":
        given = None
    with pytest.raises(ValueError, match=message.replace("(", r"\(").replace(")", r"\)")):
        fitted(Dataset(columns, labels, train.weights, sizes), given, n_workers=2, **STOPPED)


@pytest.mark.parametrize("n_workers", [1, 0, 2.0, None])
def test_fewer_than_two_workers_are_no_number_of_workers(n_workers: object) -> None:
    with pytest.raises(ValueError, match=r"parameter n_workers: .*Trainer distributed_lambdarank"):
        check_params(DISTRIBUTED_LAMBDARANK, {"n_workers": n_workers})


def test_a_worker_killed_while_it_trains_is_told_and_the_other_ended(train: Dataset) -> None:
    killed = threading.Event()

    def kill() -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and not killed.is_set():
            for worker in multiprocessing.active_children():
                if worker.pid is not None and is_connected(worker.pid):
                    os.kill(worker.pid, signal.SIGKILL)
                    killed.set()
                    return
            time.sleep(0.01)

    killer = threading.Thread(target=kill)
    killer.start()
    with pytest.raises(RuntimeError, match=r"worker [01] of 2 ended early"):
        fitted(train, None, n_workers=2, num_boost_round=1_000_000)
    assert killed.is_set()
    killer.join()
    assert not multiprocessing.active_children()


def is_connected(pid: int) -> bool:
    """Whether a process has an established TCP connection: LightGBM's alone are TCP here."""
    rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    established = {f"socket:[{row[9]}]" for row in rows if row[3] == "01"}
    try:
        return any(str(fd.readlink()) in established for fd in Path(f"/proc/{pid}/fd").iterdir())
    except OSError:
        return False


def test_workers_with_different_rankers_are_told() -> None:
    agree(["a", "a"])
    agree([None, None])
    with pytest.raises(RuntimeError, match="worker 2 of 3: its ranker is another than that of"):
        agree(["a", "a", "b"])
