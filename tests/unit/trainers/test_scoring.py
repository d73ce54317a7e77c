import itertools
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from synthetic import as_table, contexts

from dmc12.scoring import Rankers, score_batch
from dmc12.trainers import TRAINERS, scorer_from_text, text_sha256
from dmc12.trainers.ensemble import score

Rows = list[dict[str, Any]]


def one_batch(rows: Rows, **more: Any) -> pa.RecordBatch:
    return as_table(rows, **more).combine_chunks().to_batches()[0]


@pytest.fixture(scope="module")
def rankers(registry: Rows) -> Rankers:
    return Rankers.load(registry)


@pytest.fixture(scope="module")
def batch() -> pa.RecordBatch:
    return one_batch(contexts(50, seed=5))


@pytest.fixture(scope="module")
def scored(batch: pa.RecordBatch, rankers: Rankers) -> Rows:
    return score_batch(batch, rankers).to_pylist()


def test_scoring_adds_scores_and_changes_nothing_else(
    batch: pa.RecordBatch, rankers: Rankers
) -> None:
    found = score_batch(batch, rankers)
    found.validate(full=True)
    assert found.schema.names == batch.schema.names
    item = found.schema.field("items").type.value_type
    assert [field.name for field in item][-2:] == ["features", "scores"]
    assert item.field("scores").type == pa.struct([(n, pa.float64()) for n in rankers.scorers])
    rows = found.to_pylist()
    for row in rows:
        for each in row["items"]:
            del each["scores"]
    assert rows == batch.to_pylist()


def test_each_ranker_scores_as_its_scorer_does_alone(scored: Rows, registry: Rows) -> None:
    items = [item for row in scored for item in row["items"]]
    sizes = np.array([len(row["items"]) for row in scored])
    for row in registry:
        scorer = scorer_from_text(row["text"], row["text_sha256"])
        matrix = np.array([[item["features"][name] for name in row["features"]] for item in items])
        alone = score(scorer, matrix, threads=1, group_sizes=sizes)
        assert [item["scores"][row["ranker"]] for item in items] == alone.tolist()


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(0, 50), max_size=6), st.integers(0, 2**32 - 1))
def test_batch_size_and_item_order_change_no_score(
    batch: pa.RecordBatch, rankers: Rankers, scored: Rows, cuts: list[int], seed: int
) -> None:
    edges = sorted({0, 50, *cuts})
    parts = [
        score_batch(batch.slice(start, end - start), rankers)
        for start, end in itertools.pairwise(edges)
    ]
    assert pa.Table.from_batches(parts).to_pylist() == scored

    rng = np.random.default_rng(seed)
    shuffled = batch.to_pylist()
    for row in shuffled:
        rng.shuffle(row["items"])
    again = score_batch(one_batch(shuffled), rankers).to_pylist()
    for row, expected in zip(again, scored, strict=True):
        by_title = sorted(row["items"], key=lambda item: item["show_title_id"])
        assert by_title == expected["items"]


def test_other_features_and_their_order_change_no_score(rankers: Rankers, scored: Rows) -> None:
    wider = ["noise", "more", "title_plays", "own_plays"]
    rows = contexts(50, seed=5)
    for row in rows:
        for item in row["items"]:
            item["features"] |= {"more": float("nan")}
    again = score_batch(one_batch(rows, features=wider), rankers).to_pylist()
    assert [[item["scores"] for item in row["items"]] for row in again] == [
        [item["scores"] for item in row["items"]] for row in scored
    ]


def test_a_batch_without_items_and_one_without_contexts_are_scored(
    batch: pa.RecordBatch, rankers: Rankers
) -> None:
    empty = one_batch([{**contexts(1)[0], "items": []}])
    assert score_batch(empty, rankers)["items"].to_pylist() == [[]]
    assert score_batch(batch.slice(0, 0), rankers).num_rows == 0


@pytest.mark.parametrize("ranker", range(9))
def test_a_text_read_back_is_the_same_text(registry: Rows, ranker: int) -> None:
    row = registry[ranker]
    assert scorer_from_text(row["text"], row["text_sha256"]).to_text() == row["text"]
    assert text_sha256(row["text"]) == row["text_sha256"]


@pytest.mark.parametrize("ranker", range(9))
@pytest.mark.parametrize("damage", [lambda text: text[:-9], lambda text: text.replace("1", "2", 1)])
def test_a_damaged_text_is_refused_before_it_is_read(
    registry: Rows, ranker: int, damage: Any
) -> None:
    row = registry[ranker]
    damaged = damage(row["text"] + ("1" if "1" not in row["text"] else ""))
    with pytest.raises(ValueError, match=rf"ranker {row['ranker']}: the scorer's text is damaged"):
        Rankers.load([{**row, "text": damaged}])


def test_a_failed_ranker_is_not_loaded(registry: Rows) -> None:
    failed = {**registry[0], "status": "failed", "error": "ranker popularity: no data"}
    with pytest.raises(ValueError, match=r"1 ranker\(s\) failed in training\n  ranker popularity"):
        Rankers.load([failed, registry[1]])


def test_a_ranker_whose_features_the_items_lack_is_named(registry: Rows) -> None:
    narrow = one_batch(contexts(3), features=["own_plays", "noise"])
    with pytest.raises(ValueError, match="ranker popularity: the items do not have title_plays"):
        score_batch(narrow, Rankers.load(registry))


def test_a_feature_that_is_not_finite_is_named(rankers: Rankers) -> None:
    rows = [row for row in contexts(3) if row["items"]]
    rows[0]["items"][0]["features"]["noise"] = float("inf")
    with pytest.raises(ValueError, match="ranker lambdarank: feature noise is inf"):
        score_batch(one_batch(rows), rankers)


def test_null_items_are_refused(rankers: Rankers) -> None:
    with pytest.raises(ValueError, match="items are null"):
        score_batch(one_batch([{**contexts(1)[0], "items": None}]), rankers)


def test_a_matrix_of_another_width_is_refused(registry: Rows) -> None:
    scorer = scorer_from_text(registry[2]["text"], registry[2]["text_sha256"])
    with pytest.raises(ValueError, match=r"expected a matrix of 3 features, got \(2, 2\)"):
        scorer.score(np.zeros((2, 2)))


def test_the_trainers_are_known_by_their_names() -> None:
    assert {name: trainer.name for name, trainer in TRAINERS.items()} == {
        name: name
        for name in (
            "feature",
            "lexicographic",
            "lambdarank",
            "sampled_lambdarank",
            "rank_xendcg",
            "pointwise",
            "distributed_lambdarank",
            "logistic_regression",
            "boosted_regressor",
            "blend",
            "stack",
        )
    }
