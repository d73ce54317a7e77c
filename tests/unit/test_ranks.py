"""Ranks of scores, context by context."""

import math

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmc12 import ranks
from dmc12.ranks import rank_batch, ranks_of

NEAR_ONE = [float(np.nextafter(1, 2)), 1.0, float(np.nextafter(1, 0)), 1 - 2**-48]
SPECIAL = [0.0, -0.0, math.inf, -math.inf, math.nan, -math.nan, 5e-324, -5e-324]
SCORES = st.one_of(st.floats(), st.sampled_from(NEAR_ONE), st.sampled_from(SPECIAL))
LISTS = st.lists(st.lists(SCORES, max_size=40), max_size=12)


def slowly(scores):
    """The ranks of one context's scores, by Python's own stable sort."""
    last = [(1, 0.0) if math.isnan(score) else (0, -score) for score in scores]
    places = sorted(range(len(scores)), key=last.__getitem__)
    return [places.index(place) + 1 for place in range(len(scores))]


def flat(lists):
    return np.array([score for scores in lists for score in scores], dtype=np.float64)


@settings(deadline=None, max_examples=300)
@given(LISTS, st.sampled_from([1, 50, 2**18]))
def test_ranks_are_those_of_a_stable_sort(lists, at_once):
    sizes = np.array([len(scores) for scores in lists], dtype=np.int64)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ranks, "AT_ONCE", at_once)
        found = ranks_of(flat(lists), sizes)
    assert found.dtype == np.int32
    assert found.tolist() == [rank for scores in lists for rank in slowly(scores)]


def test_scores_a_last_bit_apart_are_told_apart():
    scores = 1 + np.arange(5000) * 2**-52
    assert ranks_of(scores, np.array([5000])).tolist() == list(range(5000, 0, -1))


SCORES_TYPE = pa.struct({"a": pa.float64(), "b": pa.float64()})


def batch(lists):
    """Contexts of these scores by ranker a, and their negatives by b."""
    ones = pa.array([[1.0] * len(scores) for scores in lists], pa.list_(pa.float64()))
    scored = [[{"a": score, "b": -score} for score in scores] for scores in lists]
    ids = [list(range(len(scores))) for scores in lists]
    return pa.RecordBatch.from_pydict(
        {
            "profile_id": pa.array(range(len(lists))),
            "show_title_ids": pa.array(ids, pa.list_(pa.int64())),
            "labels": ones,
            "weights": ones,
            "scores": pa.array(scored, pa.list_(SCORES_TYPE)),
        }
    )


def item(title, score, a, b):
    return {
        "show_title_id": title,
        "label": 1.0,
        "weight": 1.0,
        "scores": {"a": score, "b": -score},
        "ranks": {"a": a, "b": b},
    }


def test_items_become_structs_with_ranks_even_of_a_slice():
    ranked = rank_batch(batch([[1.0], [0.5, 0.9, 0.5], [], [2.0, 3.0]]).slice(1))
    assert ranked.to_pylist() == [
        {"profile_id": 1, "items": [item(0, 0.5, 2, 1), item(1, 0.9, 1, 3), item(2, 0.5, 3, 2)]},
        {"profile_id": 2, "items": []},
        {"profile_id": 3, "items": [item(0, 2.0, 2, 1), item(1, 3.0, 1, 2)]},
    ]


def test_a_missing_score_ranks_last():
    scores = pa.array([[{"a": None, "b": 1.0}, {"a": -5.0, "b": 2.0}]], pa.list_(SCORES_TYPE))
    (row,) = rank_batch(replaced(batch([[0.0, 0.0]]), "scores", scores)).to_pylist()
    assert [item["ranks"] for item in row["items"]] == [{"a": 2, "b": 2}, {"a": 1, "b": 1}]


def replaced(contexts, name, column):
    return contexts.set_column(contexts.schema.get_field_index(name), name, column)


@pytest.mark.parametrize(
    ("name", "column", "message"),
    [
        ("labels", pa.array([None], pa.list_(pa.float64())), "a context's items are null"),
        ("labels", pa.array([[1.0, None]]), r"1 item\(s\) have no label"),
        ("scores", pa.array([[None, None]], pa.list_(SCORES_TYPE)), r"2 item\(s\) have no scores"),
    ],
)
def test_a_null_is_named(name, column, message):
    with pytest.raises(ValueError, match=message):
        rank_batch(replaced(batch([[1.0, 2.0]]), name, column))
