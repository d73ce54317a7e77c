"""An earlier ranker's score as a feature is the ranker's own of the same features, made once."""

from dataclasses import replace

import numpy as np
import pytest
from histories import at, contexts

from dmc12.encoders import FEATURES, ORACLE_FEATURES
from dmc12.encoders.state import EarlierRanker
from dmc12.featurize import features_of, featurize_batch, to_batch
from dmc12.scoring import Rankers
from dmc12.trainers.blend import BlendScorer
from dmc12.trainers.ensemble import Scale
from dmc12.trainers.linear import LinearScorer

ROWS = [
    {"context_at": "2026-06-10T08:00", "items": [10, 20, 30], "plays": [("2026-06-01", 10, 1.0)]},
    {"profile_id": 2, "context_at": "2026-06-10T20:00", "items": [30, 20]},
]


def microseconds(text):
    return int(np.datetime64(at(text).replace(tzinfo=None), "us").astype(np.int64))


def scored_by(state, scorer):
    return replace(state, earlier_ranker=EarlierRanker(scorer, microseconds("2026-05-02")))


@pytest.fixture
def blend():
    """A blend by score of two rankers, which read features of all that encoders look up."""
    names = ("title_plays", "own_plays", "coplay_similarity", "als_score", "tenure_days")
    bases = (
        LinearScorer(names, (0.1, 2.0, -3.0, 0.7, 0.01), (1.0,) * 5, 0.5),
        LinearScorer(names[1:3], (1.0, 1.0), (1.0, 1.0), 0.0),
    )
    return BlendScorer(bases, (0.25, 0.75), (Scale(1.0, 2.0), Scale(0.0, 3.0)))


def test_the_score_is_the_rankers_own_of_the_same_features(state, blend):
    batch = contexts(*ROWS)
    columns = features_of(to_batch(batch, state), blend.features)
    expected = Rankers({"blend": blend}).score(columns, 5, np.array([3, 2]))["blend"]
    found = features_of(to_batch(batch, scored_by(state, blend)), ["earlier_score"])
    assert len(set(expected)) > 3
    assert np.array_equal(found["earlier_score"], expected)


def test_no_item_is_no_score(state, blend):
    none = contexts(*ROWS).slice(0, 0)
    found = featurize_batch(none, scored_by(state, blend), ["earlier_score"])
    assert found.num_rows == 0


def test_an_encoder_is_asked_once_whoever_wants_it(state, blend, monkeypatch):
    asked = []

    def counted(encoder):
        def encode(batch):
            asked.append(encoder.name)
            return encoder.encode(batch)

        return replace(encoder, encode=encode)

    for name in ("title_plays", "own_plays"):
        monkeypatch.setitem(FEATURES, name, counted(FEATURES[name]))
    batch = to_batch(contexts(*ROWS), scored_by(state, blend))
    features_of(batch, ["own_plays", "earlier_score", "title_plays", "own_plays"])
    assert asked == ["own_plays"]  # the ranker has had title_popularity made already


def test_it_reads_all_features_but_its_own_and_the_oracles(state):
    for name in set(FEATURES) - {"earlier_score"} - ORACLE_FEATURES:
        reader = scored_by(state, LinearScorer((name,), (1.0,), (1.0,), 0.0))
        values = features_of(to_batch(contexts(*ROWS), reader), [name, "earlier_score"])
        assert np.array_equal(values["earlier_score"], values[name])


def test_a_ranker_that_is_not_there_is_an_error_that_names_the_knob(state):
    with pytest.raises(ValueError, match="needs the table earlier_ranker: declare knob earlier_ra"):
        featurize_batch(contexts(*ROWS), replace(state, earlier_ranker=None), ["earlier_score"])


@pytest.mark.parametrize(
    ("learned_until", "delay_hours", "is_refused"),
    [
        ("2026-06-10T08:00", 0, False),
        ("2026-06-10T08:00:00.000001", 0, True),
        ("2026-06-10T07:00", 1, False),
        ("2026-06-10T07:00:00.000001", 1, True),
    ],
)
def test_no_context_is_scored_by_what_was_not_visible_yet(
    state, blend, learned_until, delay_hours, is_refused
):
    late = replace(
        state,
        earlier_ranker=EarlierRanker(blend, microseconds(learned_until)),
        publish_delay=delay_hours * 3_600_000_000,
    )
    if not is_refused:
        featurize_batch(contexts(*ROWS), late, ["earlier_score"])
        return
    with pytest.raises(ValueError, match="after the context at 2026-06-10T08:00"):
        featurize_batch(contexts(*ROWS), late, ["earlier_score"])
