"""One context at a time, from the bundle, ranks as all contexts at once, from the tables."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from fabricated import DAYS, FIRST_TITLE, request, write_bundle
from hypothesis import given, settings
from hypothesis import strategies as st

from dmc12.featurize import featurize_batch
from dmc12.online import Context, ContextError, load
from dmc12.scoring import Rankers, score_batch


@pytest.fixture(scope="module")
def offline(batch, state, registry):
    """The table `dmc12_scored`: all contexts in one batch, from state and registry themselves."""
    rankers = Rankers.load(registry)
    return score_batch(featurize_batch(batch, state, rankers.features), rankers).to_pylist()


def bits(values):
    return np.asarray(values, dtype=np.float64).view(np.int64).tolist()


def test_scores_and_features_are_those_of_the_offline_table_bit_by_bit(bundle, batch, offline):
    for row, expected in zip(batch.to_pylist(), offline, strict=True):
        ranking = bundle.rank(Context.model_validate(request(row)))
        items = expected["items"]
        assert ranking.show_title_ids.tolist() == [item["show_title_id"] for item in items]
        assert set(ranking.scores) == set(items[0]["scores"])
        for name, scores in ranking.scores.items():
            assert bits(scores) == bits([item["scores"][name] for item in items])
        for name, values in ranking.features.items():
            assert bits(values) == bits([item["features"][name] for item in items])


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 39), st.lists(st.integers(0, 39), min_size=1, unique=True))
def test_a_candidates_score_does_not_depend_on_the_others(bundle, batch, place, some):
    row = batch.slice(place, 1).to_pylist()[0]
    titles = [item["show_title_id"] for item in row["items"]]
    some = [titles[place] for place in some]
    whole = bundle.rank(Context.model_validate(request(row)))
    alone = bundle.rank(Context.model_validate(request(row, some)))
    places = [titles.index(title) for title in some]
    for name, scores in alone.scores.items():
        assert bits(scores) == bits(whole.scores[name][places])


def test_threads_change_no_score(bundle, written, batch):
    context = Context.model_validate(request(batch.slice(0, 1).to_pylist()[0]))
    one, two = bundle.rank(context).scores, load(written, threads=2).rank(context).scores
    for name, scores in one.items():
        assert bits(scores) == bits(two[name])


def test_ranks_number_the_scores_and_earlier_candidates_win_ties(bundle, batch):
    ranking = bundle.rank(Context.model_validate(request(batch.to_pylist()[0])))
    for name, scores in ranking.scores.items():
        order = sorted(range(len(scores)), key=lambda place: (-scores[place], place))
        assert ranking.ranks[name][order].tolist() == list(range(1, len(scores) + 1))


def test_only_the_rankers_asked_for_are_computed(bundle, batch):
    context = Context.model_validate(request(batch.to_pylist()[0]))
    ranking = bundle.rank(context, ["popularity"])
    assert list(ranking.scores) == ["popularity"]
    assert list(ranking.features) == ["title_plays"]


def test_plays_of_one_moment_rank_the_same_in_any_order(bundle, batch):
    asked = request(batch.to_pylist()[1])
    moment = asked["context_at"] - timedelta(minutes=1)
    ties = [
        {"show_title_id": FIRST_TITLE + title, "played_at": moment, "strength": 0.1 * title + 0.1}
        for title in range(4)
    ]
    found = [
        bundle.rank(Context.model_validate(asked | {"history": [*asked["history"], *order]}))
        for order in (ties, ties[::-1])
    ]
    for name, scores in found[0].scores.items():
        assert bits(scores) == bits(found[1].scores[name])


def test_a_profile_without_history_gets_the_missing_values(bundle, batch):
    asked = request(batch.to_pylist()[0]) | {"history": []}
    ranking = bundle.rank(Context.model_validate(asked))
    assert set(ranking.features["own_plays"]) == {0.0}
    assert set(ranking.features["profile_days_since_play"]) == {9999.0}
    assert set(ranking.features["coplay_similarity"]) == {0.0}


def test_a_play_of_an_unknown_title_is_not_seen_but_counted(bundle, batch):
    asked = request(batch.to_pylist()[0]) | {"history": []}
    stranger = {
        "show_title_id": 7,
        "played_at": asked["context_at"] - timedelta(days=1),
        "strength": 1.0,
    }
    context = Context.model_validate(asked | {"history": [stranger]})
    without = bundle.rank(Context.model_validate(asked))
    assert bundle.unknown_plays(context) == 1
    for name, scores in bundle.rank(context).scores.items():
        assert bits(scores) == bits(without.scores[name])


@pytest.mark.parametrize(
    ("change", "code", "message"),
    [
        ({"context_at": datetime(2026, 6, 15, tzinfo=UTC)}, "no_snapshot", "of 2026-06-15; it has"),
        ({"candidates": [FIRST_TITLE, 7]}, "unknown_title", "title 7 is not known"),
    ],
)
def test_what_the_bundle_cannot_answer_for_is_named(bundle, batch, change, code, message):
    asked = request(batch.to_pylist()[0]) | {"history": []} | change
    with pytest.raises(ContextError, match=message) as raised:
        bundle.rank(Context.model_validate(asked))
    assert raised.value.code == code


def test_a_title_that_is_not_out_yet_is_named(tables, registry, batch, tmp_path):
    late = tables["titles"].to_pylist()
    late[3]["launched_at"] = datetime(2026, 7, 1, tzinfo=UTC)
    titles = tables["titles"].from_pylist(late, schema=tables["titles"].schema)
    path, _ = write_bundle(tmp_path, "parity", DAYS, tables | {"titles": titles}, registry)
    asked = request(batch.to_pylist()[0], [FIRST_TITLE + 2, FIRST_TITLE + 3])
    with pytest.raises(ContextError, match=f"title {FIRST_TITLE + 3} is not out by then") as raised:
        load(path).rank(Context.model_validate(asked))
    assert (raised.value.code, raised.value.at) == ("title_not_out", "candidates.1")


def test_an_unknown_ranker_is_named(bundle, batch):
    context = Context.model_validate(request(batch.to_pylist()[0]))
    with pytest.raises(ContextError, match="no ranker 'oracle'; it has popularity, own_plays"):
        bundle.rank(context, ["oracle"])
