"""Each built-in tag, at the edges of its values; and the tags of a built world."""

import pytest
import yaml
from project import REPO

TAGS = yaml.safe_load((REPO / "dbt_project.yml").read_text())["vars"]["dmc12"]["tags"]
CASES = {
    "country_group": [("1", "BR"), ("5", "BR"), ("6", "rest"), ("null", "rest")],
    "tenure_bucket": [
        *(("0", "0_to_27"), ("27", "0_to_27"), ("28", "28_to_364")),
        *(("364", "28_to_364"), ("365", "365_and_up")),
    ],
    "activity_bucket": [
        *(("0", "0"), ("1", "1_to_4"), ("4", "1_to_4"), ("5", "5_to_19")),
        *(("19", "5_to_19"), ("20", "20_and_up")),
    ],
    "device": [("'phone'", "phone"), ("'unknown'", "unknown")],
    "is_first_time_profile": [("0", True), ("1", False)],
    "weekday": [
        ("timestamp '2026-06-01 00:00:00'", "Mon"),
        ("timestamp '2026-06-07 23:59:59'", "Sun"),
    ],
    "hour": [("timestamp '2026-06-01 00:59:59'", 0), ("timestamp '2026-06-01 23:00:00'", 23)],
}
READS = {
    "country_group": "country_place",
    "tenure_bucket": "tenure_days",
    "activity_bucket": "n_past_plays",
    "device": "device",
    "is_first_time_profile": "n_past_plays",
    "weekday": "context_at",
    "hour": "context_at",
}


def test_every_built_in_tag_is_tried():
    assert set(TAGS) == set(CASES) == set(READS)


@pytest.mark.parametrize("tag", CASES)
def test_a_tag_has_the_value_and_the_type_that_are_declared(small_world, query, tag):
    for value, expected in CASES[tag]:
        found = query(
            f"select {TAGS[tag]['expression']} as tag, typeof({TAGS[tag]['expression']})"
            f" from (select 'BR' as country_iso_code, {value} as {READS[tag]})"
        )
        assert found == [(expected, TAGS[tag]["type"])]


def test_a_context_is_on_the_device_of_its_first_play(small_world, query):
    assert not query(
        f"""
        select tagged.profile_id, tagged.context_at
        from {small_world}.contexts_tagged as tagged
        left join {small_world}.fct_plays as plays
            on tagged.profile_id = plays.profile_id and tagged.context_at = plays.played_at
        where tagged.tags.device <> plays.device or plays.device is null
        """
    )
    devices = query(f"select distinct tags.device from {small_world}.contexts_tagged")
    assert {device for (device,) in devices} == {"tv", "phone", "tablet", "web"}


@pytest.fixture(scope="module")
def calendar_world(copy_project, run_dbt):
    """Calendar contexts of plays whose table lacks the column device, then of the usual ones."""
    project = copy_project(
        "calendar_devices",
        context_policy="calendar",
        calendar_dates=["2026-05-20", "2026-06-20"],
    )
    plays = project / "seeds" / "raw_plays.csv"
    lines = plays.read_text().splitlines()
    plays.write_text("\n".join(line.rpartition(",")[0] for line in lines) + "\n")
    run_dbt(project, "seed", "--quiet")
    run_dbt(project, "run", "--quiet", "--select", "+contexts_tagged")
    return project


def test_without_the_column_the_device_is_unknown(calendar_world, query):
    assert query("select distinct tags.device from calendar_devices.contexts_tagged") == [
        ("unknown",)
    ]


def test_a_calendar_context_is_on_the_last_device_before_it(calendar_world, run_dbt, query):
    plays = calendar_world / "seeds" / "raw_plays.csv"
    lines = plays.read_text().splitlines()
    devices = ["device", *(("tv", " ", "web")[row % 3] for row in range(len(lines) - 1))]
    plays.write_text("\n".join(map(",".join, zip(lines, devices, strict=True))) + "\n")
    run_dbt(calendar_world, "seed", "--quiet", "--full-refresh", "--select", "raw_plays")
    run_dbt(calendar_world, "run", "--quiet", "--select", "+contexts_tagged")
    assert not query(
        """
        with last as (
            select tagged.profile_id, tagged.context_at, tagged.tags.device,
                max_by(plays.device, struct(plays.played_at, plays.show_title_id)) as last_device
            from calendar_devices.contexts_tagged as tagged
            inner join calendar_devices.fct_plays as plays
                on tagged.profile_id = plays.profile_id and plays.played_at < tagged.context_at
            group by all
        )
        select * from last where device <> last_device
        """
    )
    found = query("select distinct tags.device from calendar_devices.contexts_tagged")
    assert {device for (device,) in found} == {"tv", "unknown", "web"}


@pytest.mark.parametrize(
    ("tag", "message"),
    [
        (
            {"expression": "n_past_plays", "type": "string", "description": "Text."},
            "tags.bad: declared string, got int",
        ),
        (
            {"expression": "no_such(device)", "type": "string", "description": "Of no function."},
            "no_such",
        ),
        (
            {"expression": "if(device = 'tv', 'tv', null)", "type": "string", "description": "-"},
            "tags.bad",
        ),
    ],
    ids=["another_type", "no_function", "null"],
)
def test_an_unfit_tag_stops_the_build_and_is_named(
    small_world, copy_project, run_dbt, messages, tag, message
):
    project = copy_project(small_world, tags=TAGS | {"bad": tag})
    said = messages(run_dbt(project, "run", "--quiet", "--select", "contexts_tagged", ok=False))
    assert message in said["contexts_tagged"]
    assert "bad" in said["contexts_tagged"]
