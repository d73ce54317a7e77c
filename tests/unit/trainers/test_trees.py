import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmc12.trainers import scorer_from_text, text_sha256, trees
from dmc12.trainers.base import Importance
from dmc12.trainers.trees import Tree, TreesScorer, from_debug_string

DEBUG_STRING = """\
GBTRegressionModel: uid=GBTRegressor_1, numTrees=2, numFeatures=2
  Tree 0 (weight 1.0):
    If (feature 1 <= 0.5)
     If (feature 0 <= -1.0E-7)
      Predict: 0.25
     Else (feature 0 > -1.0E-7)
      Predict: 0.3333333333333333
    Else (feature 1 > 0.5)
     Predict: -2.0
  Tree 1 (weight 0.1):
    Predict: 1.0E10
"""
TREES, WEIGHTS = from_debug_string(DEBUG_STRING)
SCORER = TreesScorer(("a", "b"), TREES, WEIGHTS, (0.25, 0.75))


def test_a_debug_string_is_read_to_the_last_bit() -> None:
    assert WEIGHTS == (1.0, 0.1)
    assert TREES[0] == Tree(
        feature=(1, 0, 0, 0, 0),
        threshold=(0.5, -1e-7, 0.0, 0.0, 0.0),
        left=(1, 2, 2, 3, 4),
        right=(4, 3, 2, 3, 4),
        value=(0.0, 0.0, 0.25, 1 / 3, -2.0),
    )
    assert TREES[1] == Tree((0,), (0.0,), (0,), (0,), (1e10,))
    assert [tree.depth for tree in TREES] == [2, 0]


@given(st.lists(st.tuples(st.floats(-1, 1), st.floats(0, 1)), min_size=1))
def test_a_row_goes_left_where_its_feature_is_at_most_the_threshold(
    rows: list[tuple[float, float]],
) -> None:
    expected = [(-2.0 if b > 0.5 else 1 / 3 if a > -1e-7 else 0.25) + 0.1 * 1e10 for a, b in rows]
    assert SCORER.score(np.array(rows)).tolist() == expected


@pytest.mark.parametrize("rows_per_block", [1, 2, 100])
def test_blocks_change_no_score(monkeypatch: pytest.MonkeyPatch, rows_per_block: int) -> None:
    rows = np.array([[-1.0, 0.0], [0.0, 0.5], [0.0, 0.6], [-1e-7, 0.2], [1.0, 1.0]])
    whole = SCORER.score(rows)
    monkeypatch.setattr(trees, "ROWS_PER_BLOCK", rows_per_block)
    assert np.array_equal(SCORER.score(rows), whole)
    assert SCORER.score(rows[:0]).tolist() == []


def test_the_text_holds_the_scorer_exactly() -> None:
    text = SCORER.to_text()
    assert scorer_from_text(text, text_sha256(text)) == SCORER


def test_importances_count_the_splits() -> None:
    assert SCORER.importances() == [Importance("a", 0.25, 1), Importance("b", 0.75, 1)]
    assert SCORER.best_iteration == 2


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            "If (feature 1 in {0.0})",
            "not a node of a tree with numeric features: 'If .feature 1 in",
        ),
        ("If (feature 1 <= NaN)", "a threshold is not finite"),
    ],
)
def test_a_tree_of_another_form_is_refused(line: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        from_debug_string(DEBUG_STRING.replace("If (feature 1 <= 0.5)", line))
