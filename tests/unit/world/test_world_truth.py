"""The oracle knows what the simulator chose by, and nothing ranks better than it should."""

import numpy as np
import pytest

from dmc12.world.latents import catalogue
from dmc12.world.truth import Truth

MICROSECONDS = 1_000_000
TERMS = [
    "taste", "country_taste", "country_appeal", "quality", "launch", "burst", "repeat", "dulling",
    "recent_genre", "recent_creator",
]  # fmt: skip


def _visits(recorded, starts_at=0, every=1):
    """Every so many visits from a moment on: what to ask the oracle, utilities used, labels."""
    profile = recorded.plays("profile_id")
    title, played = recorded.plays("show_title_id"), recorded.plays("played_at") * MICROSECONDS
    count = 0
    for wave in recorded.waves:
        for row in np.flatnonzero(wave.at >= starts_at):
            count += 1
            if count % every:
                continue
            at = wave.at[row] * MICROSECONDS
            begin, end = np.searchsorted(profile, [wave.profile_id[row], wave.profile_id[row] + 1])
            past = slice(begin, begin + np.searchsorted(played[begin:end], at))
            after = slice(
                past.stop, begin + np.searchsorted(played[begin:end], at + 21_600_000_000)
            )
            on_offer = np.isfinite(wave.utility[row])
            ids = wave.show_title_id[row][on_offer]
            asked = (int(wave.profile_id[row]), at, ids, title[past], played[past])
            yield asked, wave.utility[row][on_offer], np.isin(ids, title[after])


def _ndcg(scores, labels):
    """NDCG@10 of distinct scores and 0/1 labels."""
    discount = 1 / np.log2(np.arange(2, 12))
    top = labels[np.argsort(-scores, kind="stable")][:10]
    return (top * discount[: len(top)]).sum() / discount[: min(10, labels.sum())].sum()


def _mean_ndcg(recorded, score):
    starts_at = recorded.spec.ends_second - 14 * 86_400
    return np.mean(
        [_ndcg(score(asked), labels) for asked, _, labels in _visits(recorded, starts_at, every=4)]
    )


@pytest.mark.parametrize("name", ["declared_world", "large_catalogue"])
def test_utilities_equal_those_the_simulator_used(request, name):
    recorded = request.getfixturevalue(name)
    truth = Truth(recorded.spec)
    seen = 0
    for asked, used, _ in _visits(recorded, every=7):
        np.testing.assert_allclose(truth.utilities(*asked), used, rtol=0, atol=1e-9)
        seen += len(asked[3])
    assert seen > 100


def test_whatever_is_played_was_seen(large_catalogue):
    for _, _, labels in _visits(large_catalogue):
        assert 1 <= labels.sum() <= 5


def test_the_oracle_ranks_much_better_than_popularity(declared_world):
    truth = Truth(declared_world.spec)
    popularity = np.bincount(declared_world.plays("show_title_id"))
    oracle = _mean_ndcg(declared_world, lambda asked: truth.utilities(*asked))
    popular = _mean_ndcg(declared_world, lambda asked: popularity[asked[2]])
    assert popular < 0.2
    assert oracle > 0.45


@pytest.mark.parametrize("term", TERMS)
def test_every_term_matters(declared_world, term):
    spec = declared_world.spec
    without = spec.model_copy(update={"weights": spec.weights.model_copy(update={term: 0.0})})
    truth, robbed = Truth(spec), Truth(without)
    loss = _mean_ndcg(declared_world, lambda asked: truth.utilities(*asked)) - _mean_ndcg(
        declared_world, lambda asked: robbed.utilities(*asked)
    )
    assert loss > 0.003


def test_utilities_do_not_depend_on_what_else_is_asked(declared_world):
    truth = Truth(declared_world.spec)
    asked, _, _ = next(_visits(declared_world, every=9000))
    profile, at, ids, own, own_at = asked
    whole = truth.utilities(*asked)
    turned = truth.utilities(profile, at, ids[::-1], own[::-1], own_at[::-1])
    np.testing.assert_allclose(whole[::-1], turned, rtol=0, atol=1e-12)
    np.testing.assert_array_equal(whole[:3], truth.utilities(profile, at, ids[:3], own, own_at))


def test_a_repeat_is_dulled_at_first_and_wanted_later(declared_world):
    truth = Truth(declared_world.spec)
    profile = 100_001
    title = np.array([10_001])
    at = np.int64((declared_world.spec.ends_second - 1) * MICROSECONDS)
    none = np.array([], dtype=np.int64)
    never = truth.utilities(profile, at, title, none, none)[0]

    def after(hours):
        own_at = np.array([at - hours * 3_600_000_000])
        return truth.utilities(profile, at, title, title, own_at)[0] - never

    assert after(2) < after(24 * 5)
    assert after(24 * 5) > after(24 * 60)
    assert abs(after(24 * 365)) < 1e-9


def test_a_launch_fades(declared_world):
    titles = catalogue(declared_world.spec)
    truth = Truth(declared_world.spec)
    fresh = int(np.argmax(np.where(titles.burst_size.any(axis=1), 0, titles.launched)))
    none = np.array([], dtype=np.int64)
    moments = (titles.launched[fresh] + 86_400 * np.array([1, 15, 60, 400])) * MICROSECONDS
    values = [
        truth.utilities(100_001, at, np.array([10_001 + fresh]), none, none)[0] for at in moments
    ]
    assert (np.diff(values) < 0).all()


def test_a_burst_comes_and_fades(declared_world):
    spec, titles = declared_world.spec, catalogue(declared_world.spec)
    truth = Truth(spec)
    once = (titles.burst_size > 0).sum(axis=1) == 1
    old = titles.launched < spec.starts_second - 400 * 86_400
    title = int(np.flatnonzero(once & old & (titles.burst_at.max(axis=1) > 10))[0])
    burst_at = titles.burst_at[title, titles.burst_size[title] > 0][0]
    days = np.ceil(burst_at) + np.array([-2, 0, 15])
    none = np.array([], dtype=np.int64)
    moments = (spec.starts_second + 86_400 * days).astype(np.int64) * MICROSECONDS
    before, during, after = (
        truth.utilities(100_001, at, np.array([10_001 + title]), none, none)[0] for at in moments
    )
    assert during > before + 0.5
    assert before < after < during


@pytest.mark.parametrize(
    ("profile", "title", "own_title", "own_at", "message"),
    [
        (7, 10_001, 10_001, -1, "profile 7 is not of this world"),
        (101_201, 10_001, 10_001, -1, "profile 101201 is not of this world"),
        (100_001, 10_301, 10_001, -1, "title 10301 is not of this world"),
        (100_001, 10_001, 1, -1, "title 1 is not of this world"),
        (100_001, 10_001, 10_001, 0, "leak"),
    ],
)
def test_unknown_ids_and_leaks_are_refused(
    declared_world, profile, title, own_title, own_at, message
):
    at = np.int64(declared_world.spec.ends_second * MICROSECONDS)
    with pytest.raises(ValueError, match=message):
        Truth(declared_world.spec).utilities(
            profile, at, np.array([title]), np.array([own_title]), np.array([at + own_at])
        )


def test_own_titles_and_moments_must_pair_up(declared_world):
    with pytest.raises(ValueError, match="1 own titles, but 0 moments"):
        Truth(declared_world.spec).utilities(
            100_001, np.int64(1), np.array([10_001]), np.array([10_001]), np.array([], np.int64)
        )
