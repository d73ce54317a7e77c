"""The future, the order of rows, partitions and a new profile change no train context."""

import csv
import random
from pathlib import Path

import pytest
import yaml

pytestmark = pytest.mark.long

NEWCOMER = 100_151  # the first that the small world's 150 profiles leave
TABLES = {
    "contexts_sampled": "split = 'train'",
    "negatives_sampled": "true",
    "dmc12_labeled": "split = 'train'",
    "dmc12_featurized": "split = 'train'",
}


def scramble(plays: Path, after: str) -> None:
    """Delete a third of the plays from a moment on, move another to other titles, copy the rest.

    All rows are shuffled. Plays of titles that were out by then stay valid; copies have an id and a
    title of their own, and one each is put at the very moment; what lies before it stays as it is.
    """
    chance = random.Random(7)
    with plays.open(newline="") as file:
        rows = list(csv.DictReader(file))
    titles = sorted({row["show_title_id"] for row in rows if row["played_at"] < after})
    kept = []
    for row in rows:
        fate = chance.random()
        if row["played_at"] >= after and fate < 1 / 3:
            continue
        if row["played_at"] >= after and fate < 2 / 3:
            row = row | {"show_title_id": chance.choice(titles), "strength": "1.0"}
        elif row["played_at"] >= after:
            copied = {"play_id": f"9{row['play_id']}", "show_title_id": chance.choice(titles)}
            kept.append(row | copied)
            kept.append(row | copied | {"play_id": f"8{row['play_id']}", "played_at": after})
        kept.append(row)
    assert kept != rows
    chance.shuffle(kept)
    with plays.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(kept)


def add_profile(seeds: Path, signed_up_at: str) -> None:
    """Let a new profile sign up in training time, after the last fit date, and play every day.

    Its first play, in the last hours of training, is in no snapshot that a train context reads.
    """
    with (seeds / "raw_profiles.csv").open("a") as file:
        file.write(f"{NEWCOMER},US,{signed_up_at}T00:00:00Z\n")
    with (seeds / "raw_titles.csv").open() as file:
        old = [row for row in csv.DictReader(file) if row["launched_at"] < signed_up_at]
    with (seeds / "raw_plays.csv").open("a") as file:
        for day in range(10, 31):
            title = old[day % len(old)]["show_title_id"]
            file.write(f"new{day},{NEWCOMER},{title},2026-06-{day:02}T08:00:00Z,1.00,web\n")


@pytest.fixture(scope="module")
def altered_world(copy_project, run_dbt, small_world):
    """The small world with another future and one more profile, shuffled, with 7 partitions."""
    project = copy_project("altered_world")
    scramble(project / "seeds" / "raw_plays.csv", after="2026-06-11T00:00:00Z")
    add_profile(project / "seeds", signed_up_at="2026-06-09")
    settings = yaml.safe_load((project / "dbt_project.yml").read_text())
    settings["vars"]["dmc12"]["world"]["profiles"] += 1  # the oracle knows the newcomer too
    (project / "dbt_project.yml").write_text(yaml.safe_dump(settings, sort_keys=False))
    profiles = project / "profiles.yml"
    profiles.write_text(
        profiles.read_text().replace("shuffle.partitions: '2'", "shuffle.partitions: '7'")
    )
    run_dbt(project, "seed", "--quiet")
    run_dbt(project, "run", "--quiet", "--select", "+dmc12_featurized")
    return "altered_world"


@pytest.mark.parametrize("table", TABLES)
def test_train_is_the_same_under_another_future(small_world, altered_world, query, table):
    def rows(schema):
        # to_json keeps every digit of a double and the order of items
        return set(
            query(
                f"select to_json(struct(*)) from {schema}.{table}"
                f" where {TABLES[table]} and profile_id <> {NEWCOMER}"
            )
        )

    assert rows(small_world) == rows(altered_world)


def test_the_newcomer_has_negatives_too(small_world, altered_world, query):
    newcomer = f"select count(*) from {{}}.negatives_sampled where profile_id = {NEWCOMER}"
    assert query(newcomer.format(small_world)) == [(0,)]
    assert query(newcomer.format(altered_world))[0][0] > 0


def test_the_altered_future_is_another_one(small_world, altered_world, query):
    plays = "select count(*) from {}.fct_plays where played_at >= '2026-06-11'"
    assert query(plays.format(small_world)) != query(plays.format(altered_world))
