import logging
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from dmc12.progress import Progress
from dmc12.store import Store
from dmc12.trainers import text_sha256


def job(key: str, ranker: str, feature: str = "own_plays") -> Any:
    return SimpleNamespace(key=key, one=SimpleNamespace(ranker=ranker, features=(feature,)))


def test_a_line_says_what_is_done_the_best_and_the_time_left(tmp_path: Path) -> None:
    store = Store(tmp_path)
    progress = Progress(store, logging.getLogger("test"))
    progress.begin([job(key, f"ranker_{key}") for key in "abcd"])
    assert progress.line(progress.started + 5) == "0/4 sets"
    for key, ndcg in (("a", 0.5), ("b", None), ("elsewhere", 0.9)):
        entry = {"text": key, "text_sha256": text_sha256(key), "validation_ndcg_at_10": ndcg}
        store.put(key, entry)
    assert progress.line(progress.started + 20) == (
        "2/4 sets, best ranker_a 0.5000, about 20 s left"
    )


def test_an_oracle_is_done_but_never_the_best(tmp_path: Path) -> None:
    store = Store(tmp_path)
    progress = Progress(store, logging.getLogger("test"))
    progress.begin([job("a", "oracle", "true_utility"), job("b", "learner")])
    for key, ndcg in (("a", 0.9), ("b", 0.5)):
        entry = {"text": key, "text_sha256": text_sha256(key), "validation_ndcg_at_10": ndcg}
        store.put(key, entry)
    assert progress.line(progress.started).startswith("2/2 sets, best learner 0.5000")
