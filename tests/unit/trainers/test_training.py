import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from synthetic import BOOSTED, DECLARED, FEATURES, contexts, write

from dmc12.rankers import RankerSpec, ranker_specs
from dmc12.registry import REGISTRY_SCHEMA
from dmc12.training import train_ranker, train_rankers

Rows = list[dict[str, Any]]


def each_item(rows: Rows, change: Callable[[dict[str, Any]], None], split: str = "train") -> None:
    for row in rows:
        for item in row["items"]:
            if row["split"] == split:
                change(item)


def label(value: float) -> Callable[[Rows], None]:
    return lambda rows: each_item(rows, lambda item: item.update(label=value))


def one_label(value: float) -> Callable[[Rows], None]:
    def change(rows: Rows) -> None:
        next(r for r in rows if r["split"] == "train" and r["items"])["items"][0]["label"] = value

    return change


def one_weight(value: float) -> Callable[[Rows], None]:
    def change(rows: Rows) -> None:
        row = next(r for r in rows if r["split"] == "train" and len(r["items"]) > 1)
        row["items"][0]["weight"] = value

    return change


def nan_feature(rows: Rows) -> None:
    each_item(rows, lambda item: item["features"].update(noise=float("nan")))


def long_context(rows: Rows) -> None:
    row = next(row for row in rows if row["split"] == "train" and row["items"])
    row["items"] = [row["items"][0]] * 10_001


def negative_key(rows: Rows) -> None:
    each_item(rows, lambda item: item["features"].update(own_plays=-1.0))


def without(split: str) -> Callable[[Rows], None]:
    def change(rows: Rows) -> None:
        rows[:] = [row for row in rows if row["split"] != split]

    return change


def no_validation_positives(rows: Rows) -> None:
    each_item(rows, lambda item: item.update(label=0.0), "validation")


def test_a_row_of_the_registry_says_how_its_ranker_was_trained(registry: Rows) -> None:
    assert [row["ranker"] for row in registry] == list(DECLARED)
    assert {row["status"] for row in registry} == {"trained"}
    baseline, boosted = registry[0], registry[2]
    assert list(boosted) == REGISTRY_SCHEMA.names
    assert (baseline["best_iteration"], baseline["seed"], baseline["importances"]) == (
        None,
        None,
        [],
    )
    assert 1 <= boosted["best_iteration"] <= 20
    assert boosted["seed"] == 12
    assert json.loads(boosted["params"])["num_leaves"] == 31
    assert [each["feature"] for each in boosted["importances"]] == FEATURES
    assert boosted["importances"][0]["gain"] > boosted["importances"][2]["gain"]
    assert 0.5 < baseline["validation_ndcg_at_10"] < boosted["validation_ndcg_at_10"] < 1


@pytest.mark.parametrize("files", [2, 5])
def test_equal_rows_train_equal_texts_however_they_lie_in_files(
    tmp_path: Path, specs: list[RankerSpec], registry: Rows, files: int
) -> None:
    rows = contexts(200)
    random.Random(files).shuffle(rows)
    uris = write(tmp_path, rows, files=files, row_group_size=3)
    again = train_rankers(specs, uris[::-1], threads=2).to_pylist()
    assert [row["text"] for row in again] == [row["text"] for row in registry]


def test_a_ranker_trained_alone_equals_the_one_trained_among_others(
    tmp_path: Path, specs: list[RankerSpec], registry: Rows
) -> None:
    narrow = ranker_specs({"narrow": {**DECLARED["pointwise"], "features": ["noise"]}}, FEATURES)
    uris = write(tmp_path, contexts(200))
    among = train_rankers([*specs, *narrow], uris, threads=1).to_pylist()[-1]
    assert train_ranker(narrow[0], uris, threads=1)["text"] == among["text"]


def test_a_failing_ranker_is_a_row_and_the_others_are_trained(
    tmp_path: Path, specs: list[RankerSpec]
) -> None:
    bad = RankerSpec(name="bad", trainer="lambdarank", features=["absent"])
    table = train_rankers([bad, *specs], write(tmp_path, contexts(200)), threads=1)
    failed, *others = table.to_pylist()
    assert failed["status"] == "failed"
    assert failed["text"] is None
    assert failed["error"] == (
        "ranker bad: the items do not have absent; they have own_plays, title_plays, noise"
    )
    assert {row["status"] for row in others} == {"trained"}


@pytest.mark.parametrize(
    ("trainer", "change", "message"),
    [
        ("lambdarank", without("train"), "the training split is empty"),
        ("pointwise", without("train"), "the training split is empty"),
        ("lambdarank", label(0.0), "no training item has a positive label"),
        ("rank_xendcg", label(1.0), "no context has items of different labels: only one class"),
        ("pointwise", label(2.0), "every training item has a positive label: only one class"),
        ("lambdarank", one_label(1.5), "label 1.5 is not integral"),
        ("lambdarank", one_label(31.0), "label 31 has no gain: gains go up to label 30"),
        ("pointwise", one_label(-1.0), "label -1.0 is negative"),
        ("pointwise", one_label(float("nan")), "a label is nan: must be finite"),
        ("lambdarank", long_context, "a context has 10,001 items, and LightGBM ranks at most 10,0"),
        ("pointwise", nan_feature, "feature noise is nan: must be finite"),
        ("lambdarank", without("validation"), "but the validation split is empty"),
        (
            "sampled_lambdarank",
            one_weight(0.0),
            "weight 0: what an item stands for must be",
        ),
        ("sampled_lambdarank", one_weight(1e9), "and sampled_lambdarank ranks at most 16,777,216"),
        ("pointwise", no_validation_positives, "but no validation item has a positive label"),
    ],
)
def test_data_that_cannot_be_trained_on_is_refused_by_ranker_and_cause(
    tmp_path: Path, trainer: str, change: Callable[[Rows], None], message: str
) -> None:
    rows = contexts(80)
    change(rows)
    params = {**BOOSTED, "early_stopping_rounds": 3}
    [spec] = ranker_specs({"mine": {"trainer": trainer, "params": params}}, FEATURES)
    row = train_ranker(spec, write(tmp_path, rows), threads=1)
    assert row["status"] == "failed"
    assert row["error"].startswith("ranker mine: ")
    assert message in row["error"]


def test_keys_that_have_no_order_are_refused_in_training(tmp_path: Path) -> None:
    rows = contexts(80)
    negative_key(rows)
    [spec] = ranker_specs({"mine": DECLARED["own_plays"]}, FEATURES)
    row = train_ranker(spec, write(tmp_path, rows), threads=1)
    assert row["error"] == "ranker mine: feature own_plays is -1.0: keys must be >= 0"


def test_label_gain_counts_and_must_cover_every_label(tmp_path: Path) -> None:
    uris = write(tmp_path, contexts(80))
    rows = []
    for gain in ([0, 1, 3, 7], [0, 1, 1, 1], [0, 1, 3]):
        declared = {"mine": {"trainer": "lambdarank", "params": {**BOOSTED, "label_gain": gain}}}
        rows.append(train_ranker(ranker_specs(declared, FEATURES)[0], uris, threads=1))
    assert rows[0]["text"] != rows[1]["text"]
    assert rows[2]["error"] == "ranker mine: label 3 has no gain: gains go up to label 2"


def test_early_stopping_keeps_the_round_that_ranks_validation_best(tmp_path: Path) -> None:
    uris = write(tmp_path, contexts(200))
    found = {}
    for rounds in range(1, 21):
        declared = {
            "mine": {"trainer": "lambdarank", "params": {**BOOSTED, "num_boost_round": rounds}}
        }
        row = train_ranker(ranker_specs(declared, FEATURES)[0], uris, threads=1)
        found[rounds] = row["validation_ndcg_at_10"]
    declared = {
        "mine": {"trainer": "lambdarank", "params": {**BOOSTED, "early_stopping_rounds": 20}}
    }
    row = train_ranker(ranker_specs(declared, FEATURES)[0], uris, threads=1)
    assert row["validation_ndcg_at_10"] == max(found.values())
    assert row["best_iteration"] == max(found, key=found.__getitem__)


def test_pointwise_takes_graded_labels_and_long_contexts(tmp_path: Path) -> None:
    rows = contexts(80)
    one_label(1.5)(rows)
    long_context(rows)
    [spec] = ranker_specs({"mine": {"trainer": "pointwise", "params": BOOSTED}}, FEATURES)
    assert train_ranker(spec, write(tmp_path, rows), threads=1)["status"] == "trained"


@pytest.mark.parametrize(
    "trainer", ["lambdarank", "sampled_lambdarank", "rank_xendcg", "pointwise"]
)
def test_item_weights_count_only_where_asked_for(tmp_path: Path, trainer: str) -> None:
    rows = contexts(80)
    rng = np.random.default_rng(3)
    heavier = contexts(80)
    each_item(heavier, lambda item: item.update(weight=float(rng.integers(1, 50))))
    texts = {}
    for weights in ("none", "item"):
        declared = {"mine": {"trainer": trainer, "params": {**BOOSTED, "weights": weights}}}
        [spec] = ranker_specs(declared, FEATURES)
        texts[weights] = [
            train_ranker(spec, write(tmp_path / f"{weights}{place}", each), threads=1)["text"]
            for place, each in enumerate((rows, heavier))
        ]
    assert texts["none"][0] == texts["none"][1]
    assert texts["item"][0] != texts["item"][1]


def rarer(rows: Rows) -> None:
    for place, row in enumerate(rows):
        row["inclusion_probability"] = 0.01 + 0.9 * (place % 3) / 3


@pytest.mark.parametrize("trainer", ["lambdarank", "sampled_lambdarank", "pointwise"])
def test_each_kind_of_weights_counts_what_it_names(tmp_path: Path, trainer: str) -> None:
    heavier, rarely, both = contexts(80), contexts(80), contexts(80)
    for rows in (heavier, both):
        each_item(rows, lambda item: item.update(weight=1.0 + item["show_title_id"] % 5))
    for rows in (rarely, both):
        rarer(rows)
    moves = {}
    for weights in ("none", "item", "inverse_probability", "both"):
        declared = {"mine": {"trainer": trainer, "params": BOOSTED, "weights": weights}}
        [spec] = ranker_specs(declared, FEATURES)
        plain, *others = [
            train_ranker(spec, write(tmp_path / f"{weights}{place}", each), threads=1)["text"]
            for place, each in enumerate((contexts(80), heavier, rarely))
        ]
        moves[weights] = [other != plain for other in others]
    assert moves == {
        "none": [False, False],
        "item": [True, False],
        "inverse_probability": [False, True],
        "both": [True, True],
    }


def test_weights_by_probability_need_probabilities(tmp_path: Path) -> None:
    rows = contexts(80)
    [uri] = write(tmp_path, rows)
    table = pq.read_table(tmp_path / "part 00000.parquet").drop_columns("inclusion_probability")
    pq.write_table(table, tmp_path / "part 00000.parquet")
    declared = {"mine": {"trainer": "pointwise", "weights": "inverse_probability"}}
    [spec] = ranker_specs(declared, FEATURES)
    assert train_ranker(spec, [uri], threads=1)["error"] == (
        "ranker mine: weights is inverse_probability, but contexts lack inclusion_probability"
    )


def test_gains_may_be_named(tmp_path: Path) -> None:
    uris = write(tmp_path, contexts(80))
    texts = []
    for gain in ("exponential", [2.0**label - 1 for label in range(31)], "linear",
                 [float(label) for label in range(31)]):  # fmt: skip
        declared = {"mine": {"trainer": "lambdarank", "params": BOOSTED, "label_gain": gain}}
        row = train_ranker(ranker_specs(declared, FEATURES)[0], uris, threads=1)
        texts.append(row["text"].split("[label_gain")[0])
    assert texts[0] == texts[1]
    assert texts[2] == texts[3] != texts[0]
