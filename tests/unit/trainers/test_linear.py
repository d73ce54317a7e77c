import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmc12.trainers import scorer_from_text, text_sha256
from dmc12.trainers.base import Importance
from dmc12.trainers.linear import LinearScorer

SCORER = LinearScorer(("a", "b"), (0.1, -2.0), (10.0, 0.5), 0.7)
NUMBER = st.floats(-1e6, 1e6)


@given(st.lists(st.tuples(NUMBER, NUMBER), min_size=1))
def test_a_row_s_score_is_the_sum_of_its_own_features(rows: list[tuple[float, float]]) -> None:
    expected = [0.0 + 0.1 * a + -2.0 * b + 0.7 for a, b in rows]
    assert SCORER.score(np.array(rows)).tolist() == expected


def test_the_text_holds_the_scorer_exactly() -> None:
    scorer = LinearScorer(("a",), (1 / 3,), (2 / 7,), float(np.nextafter(1, 2)))
    text = scorer.to_text()
    assert scorer_from_text(text, text_sha256(text)) == scorer


def test_the_importance_is_how_far_a_standard_deviation_moves_the_score() -> None:
    assert SCORER.importances() == [Importance("a", 1.0, 0), Importance("b", 1.0, 0)]


def test_features_that_are_not_finite_are_refused() -> None:
    with pytest.raises(ValueError, match="feature b is inf: must be finite"):
        SCORER.score(np.array([[0.0, np.inf]]))
