"""A split's aim becomes a target for each of its strata, also for those that nobody is in."""

from fractions import Fraction
from pathlib import Path

import pyarrow as pa
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from dmc12.knobs import check
from dmc12.sampling import SCHEMA, Aim, Stratum, apportioned, targets

SHIPPED = yaml.safe_load((Path(__file__).parents[2] / "dbt_project.yml").read_text())
SHIPPED = SHIPPED["vars"]["dmc12"]
TAGS = ["country", "tenure"]
STRATA = [
    Stratum(("BR", "new"), 30),
    Stratum(("BR", "old"), 90),
    Stratum(("US", "new"), 100),
    Stratum(("US", "old"), 5),
]

populations = st.lists(st.integers(1, 10_000), min_size=1, max_size=8)
rates = st.floats(1e-6, 1)


def asked(tags=TAGS, strata=STRATA, **aim):
    return {one.stratum.name: one.target for one in targets(Aim(**aim), tags, strata)}


def test_a_rate_is_kept_by_each_stratum_to_the_nearest_whole_sum():
    assert asked(rate=0.1) == {"BR/new": 3, "BR/old": 9, "US/new": 10, "US/old": 1}


def test_a_floor_adds_to_a_rate_and_a_cap_takes_from_it_where_they_bind():
    assert asked(rate=0.1, floor=8, cap=9) == {
        "BR/new": 8, "BR/old": 9, "US/new": 9, "US/old": 8
    }  # fmt: skip


def test_a_count_is_shared_in_proportion():
    assert asked(count=45) == {"BR/new": 6, "BR/old": 18, "US/new": 20, "US/old": 1}


def test_a_floor_within_a_count_is_paid_by_the_others():
    found = asked(count=45, floor=10)
    assert found == {"BR/new": 10, "BR/old": 12, "US/new": 13, "US/old": 10}


def test_a_desired_distribution_keeps_what_it_does_not_name():
    found = asked(count=100, shares={"country": {"BR": 0.8, "US": 0.2}})
    assert found == {"BR/new": 20, "BR/old": 60, "US/new": 19, "US/old": 1}


def test_two_desired_distributions_are_independent():
    shares = {"country": {"BR": 0.75, "US": 0.25}, "tenure": {"new": 0.4, "old": 0.6}}
    assert asked(count=100, shares=shares) == {
        "BR/new": 30, "BR/old": 45, "US/new": 10, "US/old": 15
    }  # fmt: skip


def test_a_value_that_nobody_has_is_a_stratum_of_zero_and_one_not_named_gets_the_floor():
    found = targets(
        Aim(count=10, shares={"country": {"BR": 0.7, "NZ": 0.3}}, floor=1), TAGS, STRATA
    )
    assert [(one.stratum.name, one.stratum.population, one.target) for one in found] == [
        ("BR/new", 30, 2), ("BR/old", 90, 4), ("NZ/*", 0, 2), ("US/new", 100, 1), ("US/old", 5, 1)
    ]  # fmt: skip


def test_a_count_of_a_split_without_contexts_is_asked_for_all_the_same():
    assert asked(strata=[], count=10) == {"*/*": 10}
    assert asked(strata=[], tags=[], count=10) == {"all": 10}
    assert asked(strata=[], rate=0.5) == {}


def test_values_of_yaml_are_those_of_spark():
    aim = Aim(count=10, shares={"first": {True: 0.5, False: 0.5}, "hour": {1: 1.0}})
    assert aim.shares == {"first": {"true": 0.5, "false": 0.5}, "hour": {"1": 1.0}}


def test_no_two_strata_share_a_name():
    pairs = [("a/b", "c"), ("a", "b/c"), ("a%2Fb", "c"), ("*", "c"), (None, "c"), ("%2A", "c")]
    assert len({Stratum(values, 1).name for values in pairs}) == len(pairs)


@given(populations, rates)
def test_a_rate_is_less_than_one_context_off_in_every_stratum(populations, rate):
    strata = [Stratum((f"{n:02}",), population) for n, population in enumerate(populations)]
    found = targets(Aim(rate=rate), ["tag"], strata)
    exact = Fraction(repr(rate))
    assert all(abs(one.target - exact * one.stratum.population) < 1 for one in found)
    assert abs(sum(one.target for one in found) - exact * sum(populations)) <= Fraction(1, 2)
    assert all(one.target <= one.stratum.population for one in found)


@given(populations, st.integers(1, 20_000), st.randoms(use_true_random=False))
def test_the_order_of_strata_changes_nothing_and_shares_add_to_one(populations, count, chance):
    strata = [Stratum((f"{n:02}",), population) for n, population in enumerate(populations)]
    shuffled = chance.sample(strata, len(strata))
    found = targets(Aim(count=count), ["tag"], strata)
    assert targets(Aim(count=count), ["tag"], shuffled) == found
    assert sum(one.target for one in found) == count
    assert sum(one.requested_share for one in found) == 1


def test_a_table_of_strata_becomes_one_of_targets():
    strata = pa.table(
        {
            "split": ["train", "train", "test"],
            "stratum_values": [["b"], ["a"], ["a"]],
            "population": [10, 30, 8],
        }
    )
    found = apportioned(strata, {"train": Aim(count=4), "test": Aim(rate=0.5)}, ["tag"])
    assert found.schema == SCHEMA
    assert found.to_pylist() == [
        {"split": "train", "stratum": "a", "population": 30, "requested_share": 0.75, "target": 3},
        {"split": "train", "stratum": "b", "population": 10, "requested_share": 0.25, "target": 1},
        {"split": "test", "stratum": "a", "population": 8, "requested_share": 1.0, "target": 4},
    ]
    assert apportioned(strata.slice(0, 0), {"test": Aim(rate=0.5)}, ["tag"]).schema == SCHEMA


@pytest.mark.parametrize(
    ("aim", "message"),
    [
        ({}, "sampling.test: give either a rate or a count"),
        ({"rate": 0.5, "count": 3}, "sampling.test: give either a rate or a count"),
        ({"rate": 0}, "sampling.test.rate: Input should be greater than 0"),
        ({"count": 0}, "sampling.test.count: Input should be greater than or equal to 1"),
        ({"rate": 0.5, "floor": -1}, "sampling.test.floor: Input should be greater than or equal"),
        ({"rate": 0.5, "floor": 9, "cap": 8}, "sampling.test: cap 8 is below floor 9"),
        (
            {"rate": 0.5, "shares": {"country_group": {"US": 1.0}}},
            "sampling.test: shares divide a count, and none is given",
        ),
        (
            {"count": 5, "shares": {"country_group": {"US": 0.5, "BR": 0.4}}},
            "sampling.test: the shares of country_group add to 0.9, not to 1",
        ),
        (
            {"count": 5, "shares": {"country_group": {}}},
            "sampling.test: the shares of country_group add to 0, not to 1",
        ),
        (
            {"count": 5, "shares": {"device": {"tv": 1.0}}},
            "sampling.test.shares: 'device' is not in strata: country_group, tenure_bucket",
        ),
        (
            {"count": 5, "shares": {"country_group": {"US": -0.5, "BR": 1.5}}},
            "sampling.test.shares.country_group.US: Input should be greater than or equal to 0",
        ),
        ({"rate": 0.5, "flor": 3}, "sampling.test.flor: "),
    ],
)
def test_an_aim_that_cannot_be_is_one_clear_error(aim, message):
    with pytest.raises(ValueError, match="knob") as caught:
        check(SHIPPED | {"sampling": SHIPPED["sampling"] | {"test": aim}})
    assert message in str(caught.value)


@pytest.mark.parametrize("aim", [{"count": 5}, {"rate": 0.5, "floor": 1}, {"rate": 0.5, "cap": 9}])
def test_a_bernoulli_draw_keeps_a_rate_alone(aim):
    rates = {split: {"rate": 0.5} for split in ("train", "validation", "test")}
    check(SHIPPED | {"sampling": rates, "sampling_method": "bernoulli"})
    with pytest.raises(ValueError, match=r"sampling\.train: a bernoulli draw keeps a rate alone"):
        check(SHIPPED | {"sampling": rates | {"train": aim}, "sampling_method": "bernoulli"})
