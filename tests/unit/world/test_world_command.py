"""`python -m dmc12.world` writes the declared world, or another."""

import pyarrow as pa
import pyarrow.parquet as pq

from dmc12.world.__main__ import declared, main
from dmc12.world.simulate import simulate
from dmc12.world.spec import WorldSpec
from dmc12.world.write import csv_bytes, write_parquet

SMALL = WorldSpec(seed=4, profiles=30, titles=20, days=20, slates_from_day=2)
MOMENT = pa.timestamp("us", tz="UTC")


def test_csv_comes_from_the_declared_world(tmp_path):
    project = tmp_path / "dbt_project.yml"
    project.write_text(
        "vars: {dmc12: {world: {seed: 4, profiles: 30, titles: 20, days: 20, slates_from_day: 2}}}"
    )
    assert main(["--csv", str(tmp_path / "seeds"), "--project", str(project)]) == 0
    for name, content in csv_bytes(SMALL).items():
        assert (tmp_path / "seeds" / f"{name}.csv").read_bytes() == content


def test_no_declaration_means_the_defaults(tmp_path):
    project = tmp_path / "dbt_project.yml"
    assert declared(project) == {}
    project.write_text("vars: {dmc12: {}}")
    assert declared(project) == {}


def test_parquet_is_typed_and_holds_the_same_world(tmp_path):
    paths = write_parquet(SMALL, tmp_path, profiles_a_file=12)
    profiles, titles, plays, impressions = (
        pq.read_table(tmp_path / f"raw_{name}")
        for name in ("profiles", "titles", "plays", "impressions")
    )
    world = simulate(SMALL)
    assert len(paths) == 10
    assert impressions.sort_by("impression_id") == world.impressions
    assert plays.sort_by("play_id") == world.plays
    assert profiles.sort_by("profile_id") == world.profiles
    assert titles == world.titles
    assert plays.schema.types == [
        pa.int64(), pa.int64(), pa.int64(), MOMENT, pa.float64(), pa.string()
    ]  # fmt: skip
    assert impressions.schema.types == [
        pa.int64(), pa.int64(), pa.int64(), MOMENT, pa.int64(), pa.float64()
    ]  # fmt: skip
    assert profiles.schema.types == [pa.int64(), pa.string(), MOMENT]
    assert titles.schema.field("launched_at").type == MOMENT


def test_two_worlds_do_not_mix(tmp_path, capsys):
    arguments = ["--parquet", str(tmp_path), "--profiles", "5", "--titles", "5", "--days", "9"]
    assert main(arguments) == 0
    assert main(arguments) == 2
    assert "is not empty" in capsys.readouterr().err


def test_a_hostile_size_is_named(tmp_path, capsys):
    assert main(["--csv", str(tmp_path), "--profiles", "0"]) == 2
    assert "profiles" in capsys.readouterr().err
