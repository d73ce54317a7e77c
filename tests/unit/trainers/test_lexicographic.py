import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmc12.trainers.lexicographic import LexicographicScorer

SCORER = LexicographicScorer(("a", "b", "c"))
KEY = st.integers(0, 30).map(float)


@given(st.lists(st.tuples(KEY, KEY, st.floats(0, 1e3).map(np.float32).map(float)), min_size=1))
def test_scores_order_items_as_their_keys_do(keys: list[tuple[float, float, float]]) -> None:
    rounded = [(a, b, round(c, 2)) for a, b, c in keys]
    scores = SCORER.score(np.array(rounded))
    for left, left_score in zip(rounded, scores, strict=True):
        for right, right_score in zip(rounded, scores, strict=True):
            assert (left < right) == (left_score < right_score)


@given(st.floats(0, 1e300), st.integers(0, 2**50))
def test_however_great_a_later_key_the_first_decides(later: float, first: int) -> None:
    scorer = LexicographicScorer(("a", "b"))
    low, high = scorer.score(np.array([[first, later], [first + 1, 0.0]]))
    assert low < high


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ([1, -2, 0], "feature b is -2.0: keys must be >= 0"),
        ([1, 2, -0.5], "feature c is -0.5: keys must be >= 0"),
        ([1.5, 2, 0], "feature a is 1.5: all keys but the last are integral"),
        ([1, 2, np.nan], "feature c is nan: must be finite"),
    ],
)
def test_keys_that_would_break_the_order_are_refused(keys: list[float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        SCORER.score(np.array([[0, 0, 0], keys], dtype=float))
