"""Equal specs make equal bytes, whatever the blocks; and the committed seeds are such bytes."""

import pyarrow as pa
import pytest

from dmc12.world import simulate as simulator
from dmc12.world.simulate import simulate, simulate_in_parts
from dmc12.world.spec import WorldSpec
from dmc12.world.write import csv_bytes

SMALL = WorldSpec(seed=5, profiles=50, titles=40, days=30, slates_from_day=3)
TABLES = ["raw_profiles", "raw_titles", "raw_plays", "raw_impressions"]


@pytest.mark.parametrize("name", TABLES)
def test_committed_seeds_are_the_declared_world(declared_world, repository, name):
    assert (repository / "seeds" / f"{name}.csv").read_bytes() == csv_bytes(declared_world.spec)[
        name
    ]


def test_declared_world_is_the_default_spec(declared_world):
    assert declared_world.spec == WorldSpec()


def test_committed_seeds_are_small(repository):
    assert sum(path.stat().st_size for path in (repository / "seeds").glob("raw_*.csv")) < 5_200_000


def test_lines_end_in_lf_and_no_value_needs_quotes():
    for content in csv_bytes(SMALL).values():
        assert content.endswith(b"\n")
        assert not set(b'\r"') & set(content)
        header, *lines = content.decode().splitlines()
        assert {line.count(",") for line in lines} == {header.count(",")}


def test_another_seed_is_another_world():
    assert csv_bytes(SMALL) != csv_bytes(SMALL.model_copy(update={"seed": 6}))


def test_blocks_do_not_show(monkeypatch):
    whole = simulate(SMALL)
    monkeypatch.setattr(simulator, "_CELLS", 16 * SMALL.titles)
    in_blocks = simulate(SMALL)
    assert in_blocks.plays == whole.plays
    assert in_blocks.impressions == whole.impressions


def test_parts_add_up_to_the_whole():
    parts = list(simulate_in_parts(SMALL, 20))
    whole = simulate(SMALL)
    assert [len(part.profiles) for part in parts] == [20, 20, 10]
    assert pa.concat_tables([part.profiles for part in parts]) == whole.profiles
    assert pa.concat_tables([part.plays for part in parts]).sort_by("play_id") == whole.plays
    shown = pa.concat_tables([part.impressions for part in parts])
    assert shown.sort_by("impression_id") == whole.impressions


def test_a_smaller_world_is_a_prefix_of_a_larger_one():
    few, many = simulate(SMALL), simulate(SMALL.model_copy(update={"profiles": 80}))
    assert many.profiles.slice(0, 50) == few.profiles
    assert many.titles == few.titles
    for events, of_few in ((many.plays, few.plays), (many.impressions, few.impressions)):
        theirs = pa.compute.is_in(events["profile_id"], value_set=few.profiles["profile_id"])
        but_the_id = events.column_names[1:]
        assert events.filter(theirs).select(but_the_id) == of_few.select(but_the_id)
