"""Bad input ends in rejected rows or in one clear error; the last good tables keep serving."""

import csv
from datetime import datetime

import pytest
import yaml
from raw_tables import supply, supply_rows

# every value that ids and names may hold
ODD_NAMES = [
    "0100001",
    "85123A",
    "Zoë ☃ \U0001d4b5",
    'O\'Brien \\ "quoted" `ticked`',
    "{{ profile }}{% raw %}",
    "1; drop table profiles --",
    "a\nb\tc",
    "\u202egnirts",
    " padded ",
    "null",
    "x" * 2_000,
]

SOUND = {
    "raw_profiles": {
        "profile_id": "p",
        "country_iso_code": "NL",
        "signed_up_at": "2026-01-01 00:00:00",
    },
    "raw_titles": {
        "show_title_id": "t",
        "title": "T",
        "creator": None,
        "genres": "a|b",
        "launched_at": "2026-01-01 00:00:00",
        "countries": "*",
    },
    "raw_plays": {
        "play_id": "sound",
        "profile_id": "p",
        "show_title_id": "t",
        "played_at": "2026-06-30 12:00:00",
        "strength": "1.0",
    },
    "raw_impressions": {
        "impression_id": "sound",
        "profile_id": "p",
        "show_title_id": "t",
        "shown_at": "2026-06-30 12:00:00",
        "position": "1",
        "propensity": "0.5",
    },
}

# source -> what is wrong with a row, and the reasons that it is rejected for
BAD = {
    "raw_profiles": [
        ({"profile_id": None}, ["missing_profile_id"]),
        ({"profile_id": ""}, ["missing_profile_id"]),
        ({"profile_id": "  "}, ["missing_profile_id"]),
        ({"country_iso_code": None}, ["missing_country"]),
        ({"country_iso_code": ""}, ["missing_country"]),
        ({"country_iso_code": "Brazil"}, ["unknown_country"]),
        ({"country_iso_code": "br"}, ["unknown_country"]),
        ({"country_iso_code": "XA\n"}, ["unknown_country"]),
        ({"country_iso_code": "\uff35\uff33"}, ["unknown_country"]),
        ({"country_iso_code": "') or ('1'='1"}, ["unknown_country"]),
        ({"signed_up_at": None}, ["bad_signed_up_at"]),
        ({"signed_up_at": "yesterday"}, ["bad_signed_up_at"]),
        ({"signed_up_at": "2026-02-30"}, ["bad_signed_up_at"]),
        ({"signed_up_at": "12:30:00"}, ["bad_signed_up_at"]),
        ({"signed_up_at": "+12345-01-01"}, ["bad_signed_up_at"]),
        ({"signed_up_at": "2026-07-01"}, ["in_the_future"]),
        ({"country_iso_code": "", "signed_up_at": ""}, ["missing_country", "bad_signed_up_at"]),
    ],
    "raw_titles": [
        ({"show_title_id": None}, ["missing_show_title_id"]),
        ({"show_title_id": ""}, ["missing_show_title_id"]),
        ({"countries": None}, ["missing_countries"]),
        ({"countries": "|"}, ["missing_countries"]),
        ({"countries": "US|Brazil"}, ["unknown_country"]),
        ({"countries": "**"}, ["unknown_country"]),
        ({"launched_at": None}, ["bad_launched_at"]),
        ({"launched_at": "{{ soon }}"}, ["bad_launched_at"]),
    ],
    "raw_plays": [
        ({"play_id": None}, ["missing_play_id"]),
        ({"play_id": ""}, ["missing_play_id"]),
        ({"profile_id": None}, ["missing_profile_id"]),
        ({"profile_id": ""}, ["missing_profile_id"]),
        ({"profile_id": "nobody"}, ["unknown_profile"]),
        ({"profile_id": "P"}, ["unknown_profile"]),
        ({"profile_id": "torn"}, ["unknown_profile"]),
        ({"show_title_id": None}, ["missing_show_title_id"]),
        ({"show_title_id": "{{ title }}"}, ["unknown_title"]),
        ({"show_title_id": "O'Brien \\\\ ☃"}, ["unknown_title"]),
        ({"played_at": None}, ["bad_played_at"]),
        ({"played_at": "yesterday"}, ["bad_played_at"]),
        ({"played_at": "2026-06-31 12:00:00"}, ["bad_played_at"]),
        ({"played_at": "2026-06-30 12:00:00 Mars/Olympus"}, ["bad_played_at"]),
        ({"played_at": "2026-07-01 00:00:00"}, ["in_the_future"]),
        ({"played_at": "2026-06-30 23:00:00-01:00"}, ["in_the_future"]),
        ({"played_at": "1999-12-31 23:59:59"}, ["before_sign_up", "before_launch"]),
        ({"strength": None}, ["bad_strength"]),
        ({"strength": "much"}, ["bad_strength"]),
        ({"strength": "NaN"}, ["bad_strength"]),
        ({"strength": "Infinity"}, ["bad_strength"]),
        ({"strength": "1e400"}, ["bad_strength"]),
        ({"strength": "-Infinity"}, ["bad_strength", "strength_not_positive"]),
        ({"strength": "-1"}, ["strength_not_positive"]),
        ({"strength": "-0.0"}, ["strength_not_positive"]),
        ({"strength": "1e308"}, ["strength_too_large"]),
        (
            {"profile_id": "", "show_title_id": "?", "played_at": "", "strength": "0"},
            ["missing_profile_id", "unknown_title", "bad_played_at", "strength_not_positive"],
        ),
    ],
    "raw_impressions": [
        ({"impression_id": None}, ["missing_impression_id"]),
        ({"profile_id": ""}, ["missing_profile_id"]),
        ({"profile_id": "nobody"}, ["unknown_profile"]),
        ({"show_title_id": None}, ["missing_show_title_id"]),
        ({"show_title_id": "?"}, ["unknown_title"]),
        ({"shown_at": "12:30:00"}, ["bad_shown_at"]),
        ({"shown_at": "2026-07-01 00:00:00"}, ["in_the_future"]),
        ({"shown_at": "1999-12-31 23:59:59"}, ["before_sign_up", "before_launch"]),
        ({"position": None}, ["bad_position"]),
        ({"position": "0"}, ["bad_position"]),
        ({"position": "first"}, ["bad_position"]),
        ({"position": "99999999999"}, ["bad_position"]),
        ({"propensity": None}, ["bad_propensity"]),
        ({"propensity": "0"}, ["bad_propensity"]),
        ({"propensity": "-0.1"}, ["bad_propensity"]),
        ({"propensity": "1.0001"}, ["bad_propensity"]),
        ({"propensity": "NaN"}, ["bad_propensity"]),
    ],
}  # fmt: skip

# several rows of one id: what is wrong with each, and its reasons
TWINS = {
    "raw_profiles": {
        "twin": [({}, []), ({}, ["duplicate_profile_id"])],
        "torn": [
            ({}, ["two_countries"]),
            ({"country_iso_code": "BE"}, ["two_countries", "duplicate_profile_id"]),
        ],
        "mended": [
            ({"country_iso_code": "UK"}, ["unknown_country", "duplicate_profile_id"]),
            ({"country_iso_code": "GB"}, []),
        ],
    },
    "raw_titles": {
        "twin": [({}, []), ({"title": "U"}, ["duplicate_show_title_id"])],
    },
    "raw_plays": {
        "twin": [({}, []), ({}, ["duplicate_play_id"]), ({}, ["duplicate_play_id"])],
        "mended": [
            ({"played_at": None}, ["bad_played_at", "duplicate_play_id"]),
            ({}, []),
        ],
    },
    "raw_impressions": {
        "twin": [({}, []), ({}, ["duplicate_impression_id"])],
    },
}  # fmt: skip

# played_at as it comes -> in UTC
MOMENTS = {
    "2026-06-30T12:00:00Z": "2026-06-30 12:00:00",
    "2026-06-30 12:00:00+02:00": "2026-06-30 10:00:00",
    "2026-06-30 12:00:00.123456 America/New_York": "2026-06-30 16:00:00.123456",
    "2026-03-29 01:59:59 Europe/Amsterdam": "2026-03-29 00:59:59",
    "2026-03-29 02:30:00 Europe/Amsterdam": "2026-03-29 01:30:00",  # skipped by the clock
    "2026-03-29 02:30:00": "2026-03-29 02:30:00",
    "2026-06-30": "2026-06-30 00:00:00",
}

CHECKED = {
    "raw_profiles": ("profile_id", "profiles_checked", "raw_profile_id"),
    "raw_titles": ("show_title_id", "titles_checked", "raw_show_title_id"),
    "raw_plays": ("play_id", "plays_checked", "play_id"),
    "raw_impressions": ("impression_id", "impressions_checked", "impression_id"),
}

# one rejected play is lost, another told twice
LOSSY = """
select play_id from {{ ref("fct_plays_rejected") }} where play_id is distinct from 'bad 5'
union all select 'bad 6'
"""
LOSSY_TEST = {
    "reconciles": {
        "arguments": {
            "raw": "ref('raw_plays')",
            "raw_id": "play_id",
            "accepted": "ref('fct_plays')",
            "id": "play_id",
        }
    }
}


def bad_rows(source):
    """The rows of a raw table: a sound one, each bad one under an id of its own, and twins."""
    id_column = CHECKED[source][0]
    yield SOUND[source]
    for number, (fault, _) in enumerate(BAD[source]):
        yield SOUND[source] | {id_column: f"bad {number}"} | fault
    for twin, rows in TWINS[source].items():
        for fault, _ in rows:
            yield SOUND[source] | {id_column: twin} | fault


@pytest.fixture(scope="module")
def bad_world(copy_project, run_dbt):
    """The facts of a world of bad rows, built; and what its build said of a lossy model."""
    project = copy_project("bad_world", max_rejected_share=dict.fromkeys(SOURCES, 1.0))
    profiles, titles, plays, impressions = (list(bad_rows(source)) for source in SOUND)
    for name in ODD_NAMES:
        profiles.append(SOUND["raw_profiles"] | {"profile_id": name})
        titles.append(SOUND["raw_titles"] | {"show_title_id": name, "title": name})
        ids = {"play_id": f"by {name}", "profile_id": name, "show_title_id": name}
        plays.append(SOUND["raw_plays"] | ids)
    plays += [
        SOUND["raw_plays"] | {"play_id": f"at {moment}", "played_at": moment} for moment in MOMENTS
    ]
    plays += [
        SOUND["raw_plays"] | {"play_id": f"strength {strength}", "strength": strength}
        for strength in ("5e-324", "1000000")
    ]
    for source, rows in zip(SOUND, (profiles, titles, plays, impressions), strict=True):
        supply_rows(project, source, rows)
    (project / "models" / "lossy.sql").write_text(LOSSY)
    lossy = {"models": [{"name": "lossy", "data_tests": [LOSSY_TEST]}]}
    (project / "models" / "lossy.yml").write_text(yaml.safe_dump(lossy))
    # tests that also need models downstream stay out
    whole = ("--indirect-selection", "cautious", "--exclude", "title_popularity_daily+")
    whole += ("--exclude-resource-type", "unit_test")  # the small world runs them
    return run_dbt(
        project, "build", "--quiet", "--select", "+models/facts", "lossy", *whole, ok=False
    )


SOURCES = ("plays", "profiles", "titles", "impressions")


@pytest.fixture(scope="module")
def reasons(bad_world, query):
    """The reasons of each row, sorted, by source and raw id."""
    found = {}
    for source, (_, model, id_column) in CHECKED.items():
        for raw_id, why in query(f"select {id_column}, reasons from bad_world.{model}"):
            found.setdefault((source, raw_id), []).append(why)
    return {key: sorted(rows) for key, rows in found.items()}


@pytest.mark.parametrize("source", BAD)
def test_each_bad_row_is_rejected_for_its_reasons(reasons, source):
    id_column = CHECKED[source][0]
    expected = {
        fault.get(id_column, f"bad {number}"): [why]
        for number, (fault, why) in enumerate(BAD[source])
    }
    assert {raw_id: reasons[source, raw_id] for raw_id in expected} == expected


@pytest.mark.parametrize("source", TWINS)
def test_of_rows_with_one_id_the_soundest_counts(reasons, source):
    expected = {twin: sorted(why for _, why in rows) for twin, rows in TWINS[source].items()}
    assert {twin: reasons[source, twin] for twin in expected} == expected


def test_every_raw_row_is_accepted_or_rejected_once(bad_world, query):
    tests = {
        one.node.name: one for one in bad_world.result.results if one.node.resource_type == "test"
    }
    failed = [name for name, one in tests.items() if one.status != "pass"]
    assert [name.split("_lossy")[0] for name in failed] == ["reconciles"]
    assert sum(name.startswith("reconciles_") for name in tests) == 5
    assert query(tests[failed[0]].node.compiled_code + " order by id") == [
        ("bad 5", 1, 0, 0),
        ("bad 6", 1, 0, 2),
    ]


def test_rejected_rows_keep_their_raw_values(bad_world, query):
    plays = query("select raw_profile_id, raw_show_title_id, raw_played_at, raw_strength"
        " from bad_world.fct_plays_rejected where size(reasons) > 2")  # fmt: skip
    assert plays == [("", "?", "", "0")]
    titles = query("select raw_show_title_id from bad_world.fct_plays_rejected")
    assert {("{{ title }}",), ("O'Brien \\\\ ☃",)} <= set(titles)
    countries = query("select country_iso_code from bad_world.profiles_rejected")
    assert {("XA\n",), ("') or ('1'='1",)} <= set(countries)
    launches = query("select raw_launched_at, raw_countries from bad_world.titles_rejected")
    assert {("{{ soon }}", "*"), ("2026-01-01 00:00:00", "US|Brazil")} <= set(launches)


def test_odd_names_are_names_like_any_other(bad_world, query):
    ids = query(
        "select play_id, raw_profile_id, title from bad_world.fct_plays"
        " join bad_world.profiles using (profile_id) join bad_world.titles using (show_title_id)"
        " where play_id like 'by %'"
    )
    assert sorted(ids) == sorted((f"by {name}", name, name) for name in ODD_NAMES)


def test_moments_are_read_in_utc(bad_world, query):
    found = query(
        "select substring(play_id, 4), played_at from bad_world.fct_plays where play_id like 'at %'"
    )
    assert dict(found) == {raw: datetime.fromisoformat(utc) for raw, utc in MOMENTS.items()}


def test_small_and_large_strengths_are_kept(bad_world, query):
    found = query("select strength from bad_world.fct_plays where play_id like 'strength %'")
    assert sorted(found) == [(5e-324,), (1e6,)]


@pytest.fixture(scope="module")
def spoilt_world(small_world, copy_project, run_dbt):
    """The small world, whose raw plays tests may replace; sound again after the last of them."""
    yield small_world
    models = ["raw_plays", "stg_plays", "plays_checked"]
    run_dbt(copy_project(small_world), "build", "--quiet", "--select", *models)


def test_too_many_rejected_rows_stop_the_build_before_anything_is_made_of_the_rest(
    spoilt_world, copy_project, run_dbt, messages, query
):
    state = f"select count(*), sum(hash(*)) from {spoilt_world}."
    before = {name: query(state + name) for name in ("fct_plays", "fct_plays_rejected")}
    project = copy_project(spoilt_world)
    with (project / "seeds" / "raw_plays.csv").open() as file:
        plays = list(csv.DictReader(file))
    for play in plays[: len(plays) // 10]:
        play["strength"] = "-1"
    plays[0]["played_at"] = "never"
    supply_rows(project, "raw_plays", plays)
    result = run_dbt(project, "build", "--quiet", "--select", "raw_plays+", ok=False)
    said = messages(result)
    assert (
        f"plays: {len(plays) // 10} of {len(plays)} rows rejected (10.0 %), knob "
        "max_rejected_share.plays allows 0.05: "
        f"strength_not_positive {len(plays) // 10}, bad_played_at 1. See them by: "
        "select * from plays_checked where size(reasons) > 0"
    ) in said["rejected_share_plays_checked_plays"]
    statuses = {one.node.name: str(one.status) for one in result.result.results}
    assert [name for name, status in statuses.items() if status in ("error", "fail")] == [
        "rejected_share_plays_checked_plays"
    ]
    assert {statuses[name] for name in ("fct_plays", "rankers", "metrics_by_slice")} == {"skipped"}
    assert {name: query(state + name) for name in before} == before
    assert query(f"select count(*) from {spoilt_world}.plays_checked where size(reasons) > 0") == [
        (len(plays) // 10,)
    ]


PLAY = (
    "select {} as play_id, 'p' as profile_id, 't' as show_title_id, {} as played_at, {} as strength"
)


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        (PLAY.format("'a'", "now()", "1") + " where false", "raw_plays: the table is empty"),
        (PLAY.format("'a'", "now()", "array(1.0)"), "raw_plays.strength: expected a number"),
        (PLAY.format("'a'", "20260630", "1"), "raw_plays.played_at: expected a moment"),
        (PLAY.format("1.5", "now()", "true"), "raw_plays.play_id: expected an id"),
        ("select 'p' as play_id, 'a' as profile_id", "raw_plays.show_title_id: missing"),
    ],
    ids=["empty", "array", "number_for_a_moment", "fraction_for_an_id", "missing_columns"],
)
def test_an_unusable_table_is_one_clear_error_and_changes_nothing(
    spoilt_world, copy_project, run_dbt, messages, query, sql, message
):
    counts = f"select count(*), sum(hash(*)) from {spoilt_world}.fct_plays"
    before = query(counts)
    project = supply(copy_project(spoilt_world), "raw_plays", sql)
    result = run_dbt(project, "build", "--quiet", "--select", "raw_plays+", ok=False)
    said = messages(result)
    assert message in said["stg_plays"]
    failed = [one.node.name for one in result.result.results if one.status in ("error", "fail")]
    assert failed == ["stg_plays"]
    assert query(counts) == before


def test_a_truncated_file_is_one_clear_error(copy_project, run_dbt, messages):
    project = copy_project("truncated")
    path = supply_rows(project, "raw_plays", [SOUND["raw_plays"]] * 1000)
    path.write_bytes(path.read_bytes()[:-100])
    result = run_dbt(project, "build", "--quiet", "--select", "raw_plays+", ok=False)
    failed = [one.node.name for one in result.result.results if one.status in ("error", "fail")]
    assert failed == ["raw_plays"]
    assert str(path) in messages(result)["raw_plays"]


def test_a_missing_table_is_one_clear_error(copy_project, run_dbt):
    project = copy_project("missing_table")
    (project / "seeds" / "raw_plays.csv").unlink()
    result = run_dbt(project, "build", "--quiet", ok=False)
    assert "depends on a node named 'raw_plays' which was not found" in str(result.exception)


@pytest.mark.parametrize(
    ("knobs", "message"),
    [
        ({"control_ranker": "own_play"}, "control_ranker: 'own_play' is not known; did you mean"),
        ({"metric_kz": [1]}, "metric_kz: unknown knob; did you mean metric_ks?"),
        ({"sampling": {"train": {"rate": "many"}}}, "sampling.train.rate: Input should be a valid"),
        ({"rankers": {"best": {"trainer": "magic"}}}, "ranker best: unknown trainer 'magic'"),
    ],
)
def test_a_bad_knob_is_one_clear_error_before_anything_runs(copy_project, run_dbt, knobs, message):
    result = run_dbt(copy_project("bad_knob", **knobs), "build", "--quiet", ok=False)
    assert message in str(result.exception)
    assert result.result is None
