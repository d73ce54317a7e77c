"""Tables by day: a run makes the days whose facts have changed, and ends as a whole build does."""

import csv
from datetime import date, timedelta

import pytest

BUILT = ("+profile_history", "+title_popularity_daily")
TABLES = ("profile_plays_daily", "title_plays_daily", "title_popularity_daily", "profile_history")
NEW_FROM = "2026-06-20"
LATE, CORRECTED, EMPTIED = "2026-05-10", "2026-05-20", "2026-05-25"
REMADE = r"regexp_extract(input_file_name(), '__versions.db/([^/]+)/', 1)"


def write(project, rows):
    with (project / "seeds" / "raw_plays.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def run(run_dbt, project, *arguments):
    run_dbt(project, "seed", "--quiet")
    run_dbt(project, "run", "--quiet", "--select", *BUILT, *arguments)


def first_plays(rows):
    """Each pair's first play, whose title's history it opens."""
    firsts = {}
    for row in rows:
        firsts.setdefault((row["profile_id"], row["show_title_id"]), row)
    return firsts.values()


@pytest.fixture(scope="module")
def later(copy_project, run_dbt):
    """Facts until a day; then new days, a late one, a corrected one, an emptied one."""
    project = copy_project("by_day")
    with (project / "seeds" / "raw_plays.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    # what is lost on the corrected day were first plays, so that others become the first
    lost = {row["play_id"] for row in first_plays(rows) if row["played_at"][:10] == CORRECTED}
    before = [
        row
        for row in rows
        if row["played_at"] < NEW_FROM
        and not (row["played_at"][:10] == LATE and int(row["play_id"]) % 2)
    ]
    after = [row for row in rows if row["play_id"] not in lost and row["played_at"][:10] != EMPTIED]
    assert lost
    write(project, before)
    run(run_dbt, project)
    write(project, after)
    run(run_dbt, project)
    whole = copy_project("by_day_whole")
    write(whole, after)
    run(run_dbt, whole)
    return project


@pytest.fixture(scope="module")
def remade(later, query):
    """The days of each table that its newest version does not take from an earlier one."""

    def days(table):
        rows = query(f"select distinct {REMADE}, day from by_day.{table}")
        newest = max(version.split("__")[1][1:] for version, _ in rows)
        return {day for version, day in rows if version.split("__")[1][1:] == newest}

    return days


@pytest.mark.parametrize("table", TABLES)
def test_increments_leave_what_a_whole_build_makes(later, query, table):
    def rows(schema):
        return query(f"select to_json(struct(*)) as row from {schema}.{table} order by row")

    assert rows("by_day") == rows("by_day_whole")
    assert len(rows("by_day")) > 100


def test_only_days_whose_facts_have_changed_are_made_anew(remade):
    new = {date(2026, 6, 20) + timedelta(days) for days in range(11)}
    late = {date.fromisoformat(LATE), date.fromisoformat(CORRECTED)}
    assert remade("profile_plays_daily") == new | late


def test_a_first_play_that_moves_takes_its_day_along(remade):
    changed = remade("profile_plays_daily")
    days = remade("title_plays_daily")
    assert days > changed
    assert len(days) < 60


def test_a_late_fact_makes_every_later_snapshot_anew(remade):
    assert min(remade("title_popularity_daily")) == date.fromisoformat(LATE) + timedelta(1)


def test_an_emptied_day_goes(later, query):
    assert not query(f"select * from by_day.title_plays_daily where day = '{EMPTIED}'")


def test_without_changes_nothing_is_made_and_a_backfill_makes_its_range(
    later, run_dbt, query, remade
):
    run_dbt(later, "run", "--quiet", "--select", *BUILT)
    kept = {table: query(f"select distinct {REMADE} from by_day.{table}") for table in TABLES[:3]}
    run_dbt(later, "run", "--quiet", "--select", *BUILT)
    assert kept == {
        table: query(f"select distinct {REMADE} from by_day.{table}") for table in TABLES[:3]
    }
    asked = '{"backfill": ["2026-06-01", "2026-06-03"]}'
    run_dbt(later, "run", "--quiet", "--select", *TABLES, "--vars", asked)
    for table in TABLES[:3]:
        assert remade(table) == {date(2026, 6, day) for day in (1, 2, 3)}
    test_increments_leave_what_a_whole_build_makes(later, query, "title_popularity_daily")
