"""Random raw rows, hostile ones among them, judged by the project and by an oracle that shares none
of its code: every reason agrees, and in = accepted + rejected. Run by `make fuzz`.
"""

import os
from collections import Counter
from datetime import UTC, datetime

import pytest
import yaml
from hostile_rows import COLUMNS, COUNTRIES, FACTS_END_AT, plays, profiles, titles
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from raw_tables import supply_rows

from dbt.adapters.sparksession.session import current_session

WORLDS = int(os.environ.get("DMC12_FUZZ_WORLDS", "60"))
MAX_STRENGTH = 1e6

MODELS = {
    "raw_profiles": ("profiles_checked", "profiles", "profiles_rejected"),
    "raw_titles": ("titles_checked", "titles", "titles_rejected"),
    "raw_plays": ("plays_checked", "fct_plays", "fct_plays_rejected"),
}
RAW_NAMES = {
    "raw_profiles": ("raw_profile_id", "country_iso_code", "raw_signed_up_at"),
    "raw_titles": (
        *("raw_show_title_id", "title", "creator"),
        *("raw_genres", "raw_launched_at", "raw_countries"),
    ),
    "raw_plays": (
        *("play_id", "raw_profile_id", "raw_show_title_id"),
        *("raw_played_at", "raw_strength"),
    ),
}

worlds = st.tuples(*(st.lists(rows, min_size=1, max_size=40) for rows in (profiles, titles, plays)))


def blank(text):
    return text is None or text.strip(" ") == ""


def judged(rows, duplicate):
    """Rows of (id, raw values, own reasons) with all their reasons: of one id one row is spared."""
    by_id = {}
    for raw_id, raw, own in rows:
        order = (len(own), [(value is not None, (value or "").encode()) for value in raw])
        by_id.setdefault(raw_id, []).append((order, raw, own))
    for raw_id, same in by_id.items():
        same.sort(key=lambda row: row[0])
        for place, (_, raw, own) in enumerate(same):
            yield raw, own + ([duplicate] if place > 0 and not blank(raw_id) else [])


def judged_profiles(rows):
    known = {}
    for raw_id, country, _ in rows:
        known.setdefault(raw_id, set()).update({country} & COUNTRIES)
    for raw_id, country, (raw_moment, moment) in rows:
        own = ["missing_profile_id"] * blank(raw_id)
        own += ["missing_country"] * blank(country)
        own += ["unknown_country"] * (not blank(country) and country not in COUNTRIES)
        own += ["two_countries"] * (len(known[raw_id]) > 1 and not blank(raw_id))
        own += ["bad_signed_up_at"] * (moment is None)
        own += ["in_the_future"] * (moment is not None and moment >= FACTS_END_AT)
        yield raw_id, (raw_id, country, raw_moment), own


def judged_titles(rows):
    for raw_id, title, creator, genres, (raw_moment, moment), codes in rows:
        stated = [code for code in codes or [] if code]
        own = ["missing_show_title_id"] * blank(raw_id)
        own += ["missing_countries"] * (not stated)
        own += ["unknown_country"] * bool(set(stated) - COUNTRIES - {"*"})
        own += ["bad_launched_at"] * (moment is None)
        raw_codes = None if codes is None else "|".join(codes)
        yield raw_id, (raw_id, title, creator, genres, raw_moment, raw_codes), own


def judged_plays(rows, signed_up_at, launched_at):
    never = datetime(1, 1, 1, tzinfo=UTC)
    for raw_id, profile, title, (raw_moment, moment), (raw_strength, strength) in rows:
        finite = strength is not None and abs(strength) != float("inf")
        own = ["missing_play_id"] * blank(raw_id)
        own += ["missing_profile_id"] * blank(profile)
        own += ["unknown_profile"] * (not blank(profile) and profile not in signed_up_at)
        own += ["missing_show_title_id"] * blank(title)
        own += ["unknown_title"] * (not blank(title) and title not in launched_at)
        own += ["bad_played_at"] * (moment is None)
        own += ["bad_strength"] * (not finite)
        own += ["strength_not_positive"] * (strength is not None and strength <= 0)
        own += ["strength_too_large"] * (finite and strength > MAX_STRENGTH)
        if moment is not None:
            own += ["before_sign_up"] * (moment < signed_up_at.get(profile, never))
            own += ["before_launch"] * (moment < launched_at.get(title, never))
            own += ["in_the_future"] * (moment >= FACTS_END_AT)
        yield raw_id, (raw_id, profile, title, raw_moment, raw_strength), own


def oracle(world):
    """The raw values and reasons of every row, by source."""
    profile_rows, title_rows, play_rows = world
    found = {
        "raw_profiles": list(judged(judged_profiles(profile_rows), "duplicate_profile_id")),
        "raw_titles": list(judged(judged_titles(title_rows), "duplicate_show_title_id")),
    }
    meaning = {raw: moment for *_, (raw, moment) in profile_rows}
    meaning |= {raw: moment for *_, (raw, moment), _ in title_rows}
    signed_up_at = {raw[0]: meaning[raw[2]] for raw, why in found["raw_profiles"] if not why}
    launched_at = {raw[0]: meaning[raw[4]] for raw, why in found["raw_titles"] if not why}
    judged_alone = judged_plays(play_rows, signed_up_at, launched_at)
    return found | {"raw_plays": list(judged(judged_alone, "duplicate_play_id"))}


@pytest.fixture(scope="module")
def project(copy_project, run_dbt):
    """The facts as views, so that they judge whatever the raw files hold at the time."""
    root = copy_project(
        "fuzz",
        has_impressions=False,
        negative_shares={"uniform": 1.0},
        max_rejected_share=dict.fromkeys(("plays", "profiles", "titles"), 1.0),
    )
    settings = yaml.safe_load((root / "dbt_project.yml").read_text())
    settings["models"]["dmc12"]["+materialized"] = "view"
    (root / "dbt_project.yml").write_text(yaml.safe_dump(settings, sort_keys=False))
    for source, columns in COLUMNS.items():
        supply_rows(root, source, [dict.fromkeys(columns, "?")])
    run_dbt(
        root,
        "run",
        "--quiet",
        "--select",
        *(f"+{name}" for three in MODELS.values() for name in three),
    )
    return root


@settings(
    max_examples=WORLDS,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)
@given(world=worlds)
def test_every_reason_agrees_with_the_oracle(project, query, world):
    expected = oracle(world)
    for source, rows in expected.items():
        path = supply_rows(
            project, source, [dict(zip(COLUMNS[source], raw, strict=True)) for raw, _ in rows]
        )
        current_session().catalog.refreshByPath(str(path))
    for source, rows in expected.items():
        checked, accepted, rejected = (f"fuzz.{name}" for name in MODELS[source])
        columns = ", ".join(RAW_NAMES[source])
        found = Counter(
            (*raw, tuple(why)) for *raw, why in query(f"select {columns}, reasons from {checked}")
        )
        assert found == Counter((*raw, tuple(why)) for raw, why in rows)
        ((n_accepted, n_rejected),) = query(
            f"select (select count(*) from {accepted}), (select count(*) from {rejected})"
        )
        assert n_accepted == sum(not why for _, why in rows)
        assert n_rejected == sum(bool(why) for _, why in rows)
