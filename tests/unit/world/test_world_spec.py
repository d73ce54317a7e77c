"""Hostile specs are refused by name; the smallest ones make a world."""

import pytest

from dmc12.world.simulate import simulate, simulate_in_parts
from dmc12.world.spec import WorldSpec
from dmc12.world.write import csv_bytes


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("profiles", 0),
        ("profiles", -3),
        ("profiles", 1.5),
        ("profiles", True),
        ("profiles", "many"),
        ("titles", 0),
        ("titles", 90_001),
        ("days", 0),
        ("seed", -1),
        ("seed", 2**63),
        ("choice_set", 0),
        ("slate", -1),
        ("slates_from_day", 0.5),
        ("starts_at", "soon"),
        ("starts_at", 20_260_402),
        ("starts_at", None),
        ("weights", {"taste": float("nan")}),
        ("weights", {"repeat_days": 0}),
        ("weights", {"tast": 1.0}),
        ("profile", 3),
    ],
)
def test_hostile_specs_are_refused_by_name(field, value):
    with pytest.raises(ValueError, match=field):
        WorldSpec.model_validate({field: value})


def test_a_spec_is_a_value():
    assert WorldSpec() == WorldSpec(starts_at="2026-04-02")
    assert hash(WorldSpec()) == hash(WorldSpec())
    with pytest.raises(ValueError, match="frozen"):
        WorldSpec().seed = 1


@pytest.mark.parametrize(
    "spec",
    [
        WorldSpec(profiles=1, titles=1, days=1),
        WorldSpec(profiles=40, titles=1, days=10),
        WorldSpec(profiles=40, titles=3, days=10, choice_set=1),
        WorldSpec(profiles=40, titles=30, days=1, starts_at="1990-01-01"),
    ],
)
def test_the_smallest_worlds_hold(spec):
    world = simulate(spec)
    assert len(world.profiles) == spec.profiles
    assert len(world.titles) == spec.titles
    assert csv_bytes(spec)["raw_plays"].startswith(b"play_id,profile_id,show_title_id,played_at,")


def test_a_world_in_parts_of_nothing_is_refused():
    with pytest.raises(ValueError, match="profiles_a_part must be at least 1, got 0"):
        next(simulate_in_parts(WorldSpec(), 0))
