import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from synthetic import BOOSTED, FEATURES, contexts, write

import dmc12.training
from dmc12.dataset import read_dataset
from dmc12.rankers import ranker_specs
from dmc12.registry import best_of
from dmc12.spool import Spool
from dmc12.store import UNUSED_SECONDS, Store
from dmc12.trainers import TRAINERS
from dmc12.training import train_rankers

Rows = list[dict[str, Any]]

SWEPT = {
    "order": {"trainer": "feature", "params": {"feature": "own_plays"}},
    "swept": {
        "trainer": "lambdarank",
        "params": {"min_data_in_leaf": 5, "early_stopping_rounds": 3},
        "grid": {"num_boost_round": [1, 20], "seed": [1, 2], "feature_fraction": [0.6]},
    },
    "narrow": {"trainer": "rank_xendcg", "features": ["own_*"], "params": BOOSTED},
    "mix": {"trainer": "blend", "params": {"of": ["swept", "narrow"]}},
}
OF_THE_MOMENT = ("wall_seconds", "peak_memory_mb", "trained_at")


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The rankers of the sets that are trained, in order."""
    seen: list[str] = []
    real = dmc12.training.train_set

    def train_set(job: Any, *arguments: Any, **named: Any) -> None:
        seen.append(job.one.ranker)
        real(job, *arguments, **named)

    monkeypatch.setattr(dmc12.training, "train_set", train_set)
    return seen


@pytest.fixture
def sweep(tmp_path: Path) -> Callable[..., Rows]:
    """Sweep over some rows: `sweep(rows)`; what was trained is kept for the next one."""

    def run(rows: Rows, declared: Any = SWEPT, files: int = 1) -> Rows:
        uris = write(tmp_path / f"featurized{files}", rows, files=files)
        store = Store(tmp_path / "store")
        specs = ranker_specs(declared, FEATURES)
        return train_rankers(specs, uris, threads=1, store=store).to_pylist()

    return run


def test_a_set_is_a_row_and_the_best_by_validation_is_the_ranker(
    sweep: Callable[..., Rows],
) -> None:
    rows = [row for row in sweep(contexts(200)) if row["ranker"] == "swept"]
    assert [row["place"] for row in rows] == [1, 2, 3, 4]
    assert len({row["set_id"] for row in rows}) == 4
    [chosen] = [row for row in rows if row["is_selected"]]
    assert chosen["validation_ndcg_at_10"] == max(row["validation_ndcg_at_10"] for row in rows)
    assert json.loads(chosen["params"])["num_boost_round"] == 20
    curve = chosen["validation_curve"]
    assert chosen["best_iteration"] == 1 + curve.index(max(curve))
    assert max(curve) == pytest.approx(chosen["validation_ndcg_at_10"], abs=1e-12)


@pytest.mark.parametrize(
    ("sets", "place"),
    [
        ([0.1, 0.3, 0.2], 1),
        ([0.2, 0.2], 0),
        ([None, 0.1], 1),
        ([None, None], 0),
        (["failed", 0.0], 1),
        (["failed", None], 1),
        (["failed", "failed"], 0),
    ],
)
def test_ties_go_to_the_first_and_failures_last(sets: list[Any], place: int) -> None:
    rows = [
        {"status": "failed"}
        if one == "failed"
        else {"status": "trained", "validation_ndcg_at_10": one}
        for one in sets
    ]
    assert best_of(rows) == place


def test_what_is_trained_is_not_trained_again_and_the_table_is_the_same(
    sweep: Callable[..., Rows], trained: list[str]
) -> None:
    first = sweep(contexts(100))
    assert trained == ["order", "swept", "swept", "swept", "swept", "narrow", "mix"]
    del trained[:]
    assert sweep(contexts(100)[::-1], files=3) == first
    assert trained == []


def test_a_killed_sweep_goes_on_where_it_was(
    sweep: Callable[..., Rows],
    trained: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counting = dmc12.training.train_set

    def killed_at_the_fourth(*arguments: Any, **named: Any) -> None:
        if len(trained) == 3:
            raise KeyboardInterrupt
        counting(*arguments, **named)

    with monkeypatch.context() as patched:
        patched.setattr(dmc12.training, "train_set", killed_at_the_fourth)
        with pytest.raises(KeyboardInterrupt):
            sweep(contexts(100))
    assert len(trained) == 3
    del trained[:]
    resumed = sweep(contexts(100))
    assert trained == ["swept", "swept", "narrow", "mix"]
    uris = write(tmp_path / "whole", contexts(100))
    whole = train_rankers(ranker_specs(SWEPT, FEATURES), uris, threads=1).to_pylist()
    for row in [*resumed, *whole]:
        for name in OF_THE_MOMENT:
            assert row.pop(name) is not None
    assert resumed == whole


def test_a_failed_set_is_a_row_and_is_tried_again(
    sweep: Callable[..., Rows],
    trained: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counting = dmc12.training.train_set

    def short_of_memory(job: Any, *arguments: Any, **named: Any) -> None:
        if job.one.params.model_dump().get("seed") == 2:
            raise MemoryError("cannot allocate 9 GB")
        counting(job, *arguments, **named)

    with monkeypatch.context() as patched:
        patched.setattr(dmc12.training, "train_set", short_of_memory)
        rows = sweep(contexts(100))
    failed = [row for row in rows if row["status"] == "failed"]
    assert [row["place"] for row in failed] == [2, 4]
    assert failed[0]["error"] == "ranker swept: MemoryError: cannot allocate 9 GB"
    assert sum(row["is_selected"] for row in rows) == len(SWEPT)
    del trained[:]
    assert {row["status"] for row in sweep(contexts(100))} == {"trained"}
    assert trained[:2] == ["swept", "swept"]


def test_other_data_train_again_what_reads_them(
    sweep: Callable[..., Rows], trained: list[str]
) -> None:
    sweep(contexts(100))
    del trained[:]
    rows = contexts(100)
    for row in rows:
        if row["split"] == "train":
            for item in row["items"]:
                item["features"]["noise"] += 1
    sweep(rows)
    assert trained == ["swept"] * 4 + ["mix"]
    del trained[:]
    for row in rows:
        if row["split"] == "test":
            row["items"] = []
    sweep(rows)
    assert trained == []


def test_other_code_trains_everything_again(
    sweep: Callable[..., Rows], trained: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sweep(contexts(100))
    del trained[:]
    monkeypatch.setattr("dmc12.sweep.code_fingerprint", lambda: "edited")
    sweep(contexts(100))
    assert len(trained) == 7


def test_a_damaged_entry_is_trained_again(
    sweep: Callable[..., Rows], trained: list[str], tmp_path: Path
) -> None:
    first = sweep(contexts(100), {"order": SWEPT["order"]})
    [path] = (tmp_path / "store").glob("*.json")
    for damage in ("", path.read_text()[:-40], path.read_text().replace("own_plays", "own_place")):
        path.write_text(damage)
        del trained[:]
        again = sweep(contexts(100), {"order": SWEPT["order"]})
        assert trained == ["order"]
        assert again[0]["text"] == first[0]["text"]


def test_entries_that_no_registry_has_named_for_long_go(
    sweep: Callable[..., Rows], tmp_path: Path
) -> None:
    sweep(contexts(100))
    entries = set((tmp_path / "store").iterdir())
    for path in entries:
        os.utime(path, (path.stat().st_mtime - UNUSED_SECONDS - 1,) * 2)
    sweep(contexts(100), {"order": SWEPT["order"]})
    left = set((tmp_path / "store").iterdir())
    assert len(left) == 1
    assert left < entries


@pytest.mark.parametrize("trainer", ["lambdarank", "sampled_lambdarank", "pointwise"])
def test_a_spooled_training_has_the_bytes_of_one_in_memory(tmp_path: Path, trainer: str) -> None:
    uris = write(tmp_path / "files", contexts(200), files=2)
    spool = Spool(tmp_path / "spool", tuple(uris), tuple(FEATURES))
    params = TRAINERS[trainer].params(num_boost_round=5, early_stopping_rounds=5)
    texts = [
        TRAINERS[trainer].fit(train, params, validation=validation).to_text()
        for train, validation in [
            (read_dataset(uris, "train", FEATURES), read_dataset(uris, "validation", FEATURES)),
            (spool.read("train"), spool.read("validation")),  # bins and keeps
            (spool.read("train"), spool.read("validation")),  # takes what is kept
        ]
    ]
    assert len(list((tmp_path / "spool").glob("*/*.bin"))) == 2
    assert texts[0] == texts[1] == texts[2]
    spool.remove()
    assert not (tmp_path / "spool").exists()
