"""What a context draws depends on the context, its candidates and the salt, and on nothing else."""

import numpy as np
import pyarrow as pa
import pytest
from drawing import DAY, catalogue, contexts, drawn, plan, state, titles_of

from dmc12.negatives import race
from dmc12.negatives.draw import draw_batch
from dmc12.negatives.mix import quotas

WEIGHTS = {title: 100.0 / title for title in range(1, 50)}
COSINES = [(title, other, 0.5) for title in (1, 2) for other in range(3, 30)]
MIX = {"own": 2, "impressions": 2, "hard": 3, "popularity": 4, "uniform": 5}
PROFILES = [7, 3, -5, 2**62, 11]
EVENTS = {"past": [1, 2, 40], "window": [5, 6], "shown": [5, 8, 9, 41]}


def sampled(profiles=PROFILES, by=None, of=None, **events):
    of = of or state(catalogue(60), WEIGHTS, COSINES)
    return drawn(contexts(profiles, **(EVENTS | events)), of, by or plan(**MIX))


@pytest.fixture(params=["race", "probe"])
def way(request, monkeypatch):
    if request.param == "probe":
        monkeypatch.setattr(race, "FEW", 0)


@pytest.mark.usefixtures("way")
class TestInvariance:
    def test_other_contexts_and_their_order_move_nothing(self):
        whole = sampled()
        assert sampled(PROFILES[::-1]) == whole[::-1]
        assert [sampled([profile])[0] for profile in PROFILES] == whole

    def test_titles_that_come_later_or_elsewhere_move_nothing(self):
        later = dict.fromkeys(range(61, 90), 10)  # at the context itself: not before it
        more = catalogue(95, launched_on=later, countries=dict.fromkeys(range(90, 96), "BE|DE"))
        assert sampled(of=state(more, WEIGHTS, COSINES)) == sampled()

    def test_a_later_fit_moves_nothing(self):
        both = state(catalogue(60), WEIGHTS, COSINES)
        later = state(catalogue(60), {3: 1.0}, [(1, 59, 1.0)], fitted_on=11)
        popularity = type(both.popularity)(
            np.concatenate([both.popularity.fitted_at, later.popularity.fitted_at]),
            np.concatenate(
                [
                    both.popularity.cumulative[:61],
                    both.popularity.cumulative[60] + later.popularity.cumulative[1:],
                ]
            ),
        )
        neighbours = type(both.neighbours)(
            np.concatenate([both.neighbours.fitted_at, later.neighbours.fitted_at]),
            both.neighbours.cosines + later.neighbours.cosines,
        )
        of = type(both)(both.catalogue, popularity, neighbours)
        assert sampled(of=of) == sampled()

    def test_events_after_the_window_move_nothing(self):
        batch = contexts(PROFILES, **EVENTS)
        plays = batch["plays"].to_pylist()
        for each in plays:
            each.append({"played_at": 11 * DAY, "show_title_id": 20})
        later = batch.set_column(4, "plays", pa.array(plays, batch["plays"].type))
        of, by = state(catalogue(60), WEIGHTS, COSINES), plan(**MIX)
        assert draw_batch(later, of, by) == draw_batch(batch, of, by)

    def test_another_salt_profile_or_moment_is_another_draw(self):
        whole = sampled()
        for other in (sampled(by=plan(**MIX, salt="other")), sampled(on=12)):
            assert all(mine != theirs for mine, theirs in zip(whole, other, strict=True))
        assert len({str(each) for each in whole}) == len(PROFILES)


@pytest.mark.usefixtures("way")
def test_a_larger_quota_goes_on_where_a_smaller_one_ends():
    few, many = sampled(by=plan(uniform=10)), sampled(by=plan(uniform=30))
    for less, more in zip(few, many, strict=True):
        assert [each["show_title_id"] for each in less] == [
            each["show_title_id"] for each in more[:10]
        ]


def test_strategies_draw_from_what_they_say():
    for each in sampled(list(range(200))):
        by = {name: {n["show_title_id"] for n in each if n["strategy"] == name} for name in MIX}
        assert [len(titles) for titles in by.values()] == list(MIX.values())
        assert by["own"] < {1, 2, 40}
        assert by["impressions"] < {8, 9, 41}
        assert by["hard"] < set(range(3, 30)) - {5, 6}
        assert not (by["popularity"] | by["uniform"]) & {1, 2, 40, 5, 6}
        assert by["popularity"] < set(WEIGHTS)
        assert len(set().union(*by.values())) == sum(MIX.values())


@pytest.mark.parametrize("excludes_past", [True, False])
def test_what_was_played_before_is_drawn_only_where_that_is_the_setting(excludes_past):
    titles = titles_of(sampled(range(500), plan(excludes_past, uniform=5)))
    assert np.isin([1, 2, 40], titles).all() == (not excludes_past)
    assert not np.isin([5, 6], titles).any()


def test_candidates_are_out_before_the_context_and_available_in_its_country():
    titles = catalogue(6, launched_on={1: 9, 2: 10, 3: 11}, countries={4: "BE", 5: "NL|BE"})
    for code, expected in {"NL": {1, 5, 6}, "BE": {1, 4, 5, 6}, "FR": {1, 6}}.items():
        ((*negatives,),) = drawn(contexts([1], country=code), state(titles), plan(uniform=6))
        assert {each["show_title_id"] for each in negatives} == expected
        assert {each["inclusion_probability"] for each in negatives} == {1.0}


@pytest.mark.parametrize(
    ("of", "quotas_wanted", "counts"),
    [
        (state(catalogue(3)), {"uniform": 5}, [2]),  # one of three was played in the window
        (state(catalogue(1)), {"uniform": 5}, [0]),
        (state(catalogue(40)), {"popularity": 5, "uniform": 1}, [0, 1]),  # no title has a weight
        (state(catalogue(40), dict.fromkeys(range(2, 5), 1.0)), {"popularity": 5}, [3]),
        (state(catalogue(40), WEIGHTS, fitted_on=11), {"popularity": 5}, [0]),
        (state(catalogue(40)), {"own": 1, "impressions": 1, "hard": 1}, [0, 0, 0]),
    ],
    ids=["few", "none", "no_plays", "few_played", "not_fitted_yet", "no_events"],
)
@pytest.mark.usefixtures("way")
def test_what_is_short_is_said(of, quotas_wanted, counts):
    batch = draw_batch(contexts([8], window=[1]), of, plan(**quotas_wanted))
    (said,) = batch["quotas"].to_pylist()
    assert [quota["strategy"] for quota in said] == list(quotas_wanted)
    assert [quota["wanted"] for quota in said] == list(quotas_wanted.values())
    assert [quota["drawn"] for quota in said] == counts
    assert len(batch["negatives"][0]) == sum(counts)


def test_a_batch_without_contexts_is_one():
    of = state(catalogue(5), WEIGHTS)
    assert len(draw_batch(contexts([]), of, plan(uniform=3, popularity=2))) == 0


def test_probing_a_long_tail_ends():
    # nearly all weight on one title: probes alone would hardly ever reach the others
    of = state(catalogue(400), {1: 1e9} | dict.fromkeys(range(2, 8), 1.0))
    negatives = drawn(contexts(range(50)), of, plan(popularity=5))
    assert (titles_of(negatives)[:, 0] == 1).all()
    assert np.bincount(titles_of(negatives)[:, 1:].ravel()).nonzero()[0].tolist() == [
        2,
        3,
        4,
        5,
        6,
        7,
    ]


@pytest.mark.parametrize(
    ("total", "shares", "expected"),
    [
        (60, {"uniform": 0.5, "popularity": 0.5}, [30, 30]),
        (10, {"uniform": 1 / 3, "popularity": 1 / 3, "hard": 1 / 3}, [4, 3, 3]),
        (10, {"uniform": 0.14, "popularity": 0.86}, [1, 9]),
        (3, {"uniform": 0.1, "popularity": 0.1, "hard": 0.8}, [0, 0, 3]),
        (60, {"uniform": 0.1, "own": 0.7, "hard": 0.2}, [6, 42, 12]),
        (1, {"uniform": 0.5, "own": 0.5}, [1, 0]),
    ],
)
def test_quotas_add_up_by_largest_remainder(total, shares, expected):
    assert list(quotas(total, shares).values()) == expected
    assert list(quotas(total, shares)) == list(shares)
