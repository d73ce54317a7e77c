"""Bad input ends in rejected rows or in one clear error; the last good tables keep serving."""

import pytest

RAW_PLAYS = """
select
    {play_id} as play_id, {profile_id} as profile_id, {show_title_id} as show_title_id,
    {played_at} as played_at, {strength} as strength
"""
SOUND = {
    "play_id": "'p'",
    "profile_id": "'100001'",
    "show_title_id": "'10001'",
    "played_at": "'2026-06-30 12:00:00'",
    "strength": "1.0",
}

# what is wrong with a play -> the reasons that it is rejected for
BAD_PLAYS = {
    "play_id=null": ["missing_play_id"],
    "profile_id=null": ["missing_profile_id"],
    "profile_id=''": ["missing_profile_id"],
    "profile_id='nobody'": ["unknown_profile"],
    "profile_id='0100001'": ["unknown_profile"],
    "show_title_id=null": ["missing_show_title_id"],
    "show_title_id='{{ title }}'": ["unknown_title"],
    "show_title_id='O''Brien \\\\\\\\ ☃'": ["unknown_title"],
    "played_at='yesterday'": ["bad_played_at"],
    "played_at=null": ["bad_played_at"],
    "played_at='2026-07-01 00:00:00'": ["in_the_future"],
    "played_at='1999-12-31 23:59:59'": ["before_sign_up", "before_launch"],
    "strength=null": ["bad_strength"],
    "strength='much'": ["bad_strength"],
    "strength='NaN'": ["bad_strength"],
    "strength='Infinity'": ["bad_strength"],
    "strength='-Infinity'": ["bad_strength", "strength_not_positive"],
    "strength='-1'": ["strength_not_positive"],
    "strength='0'": ["strength_not_positive"],
}


def with_raw_plays(project, sql):
    """Let a model supply raw_plays instead of the seed."""
    (project / "seeds" / "raw_plays.csv").unlink(missing_ok=True)
    (project / "models" / "raw_plays.sql").write_text(sql)
    return project


@pytest.fixture(scope="module")
def judged(copy_project, run_dbt, query):
    """The reasons for which each bad play was rejected; and which plays were accepted."""
    rows = [RAW_PLAYS.format(**SOUND | {"play_id": "'sound'"})]
    for number, fault in enumerate(BAD_PLAYS):
        column, value = fault.split("=", 1)
        value = value.replace("{{", "{{ '{{' }}").replace(" }}'", " {{ '}}' }}'")
        value = f"cast({value} as string)" if column == "strength" else value
        play = SOUND | {"play_id": f"'{number}'"} | {column: value}
        rows.append(RAW_PLAYS.format(**play))
    rows += [RAW_PLAYS.format(**SOUND | {"play_id": "'again'"})] * 2
    sql = " union all ".join(f"({row.replace('1.0 as', 'cast(1.0 as string) as')})" for row in rows)
    project = with_raw_plays(copy_project("bad_plays"), sql)
    run_dbt(project, "build", "--quiet", "--select", "+fct_plays", "+fct_plays_rejected")
    rejected = query("select play_id, reasons, raw_show_title_id from bad_plays.fct_plays_rejected")
    return rejected, query("select play_id from bad_plays.fct_plays order by play_id")


@pytest.mark.parametrize(("number", "fault"), list(enumerate(BAD_PLAYS)), ids=list(BAD_PLAYS))
def test_a_bad_play_is_rejected_for_its_reason(judged, number, fault):
    wanted = None if fault == "play_id=null" else str(number)
    reasons = [reasons for play_id, reasons, _ in judged[0] if play_id == wanted]
    assert reasons == [BAD_PLAYS[fault]]


def test_sound_plays_are_accepted_and_a_duplicate_once(judged):
    assert judged[1] == [("again",), ("sound",)]
    assert [reasons for play_id, reasons, _ in judged[0] if play_id == "again"] == [
        ["duplicate_play_id"]
    ]


def test_rejected_plays_keep_their_raw_values(judged):
    assert {"{{ title }}", "O'Brien \\\\ ☃"} <= {title for _, _, title in judged[0]}


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        (RAW_PLAYS.format(**SOUND) + " where false", "raw_plays: the table is empty"),
        (
            RAW_PLAYS.format(**SOUND | {"strength": "array(1.0)"}),
            "raw_plays.strength: expected a number",
        ),
        ("select 'p' as play_id, 'a' as profile_id", "raw_plays.show_title_id: missing"),
    ],
    ids=["empty", "wrong_type", "missing_columns"],
)
def test_an_unusable_table_is_one_clear_error_and_changes_nothing(
    small_world, copy_project, run_dbt, messages, query, sql, message
):
    counts = f"select count(*), sum(hash(*)) from {small_world}.fct_plays"
    before = query(counts)
    project = with_raw_plays(copy_project(small_world), sql)
    result = run_dbt(project, "build", "--quiet", "--select", "raw_plays+", ok=False)
    said = messages(result)
    assert message in said["stg_plays"]
    failed = [one.node.name for one in result.result.results if one.status in ("error", "fail")]
    assert failed == ["stg_plays"]
    assert query(counts) == before


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
        ({"stratum_floor": "many"}, "stratum_floor: Input should be a valid integer"),
        ({"rankers": {"best": {"trainer": "magic"}}}, "ranker best: unknown trainer 'magic'"),
    ],
)
def test_a_bad_knob_is_one_clear_error_before_anything_runs(copy_project, run_dbt, knobs, message):
    result = run_dbt(copy_project("bad_knob", **knobs), "build", "--quiet", ok=False)
    assert message in str(result.exception)
    assert result.result is None
