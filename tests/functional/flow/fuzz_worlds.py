"""Small worlds with hostile rows in them, taken from staging to DMC-12, break no invariant.

Each is a few sound titles, profiles and plays, their ids as odd as any, and hostile rows beside
them. Run by `make fuzz`.
"""

import os
from collections import Counter

import pytest
from hostile_rows import COLUMNS, plays, profiles, titles, written
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from raw_tables import supply_rows

from dbt.adapters.sparksession.session import current_session

WORLDS = int(os.environ.get("DMC12_FUZZ_WORLDS", "60")) // 6  # each runs the whole way to DMC-12
DAY = 24 * 60  # minutes
KNOBS = {
    "has_impressions": False,
    "negative_shares": {"uniform": 1.0},
    "max_rejected_share": dict.fromkeys(("plays", "profiles", "titles"), 1.0),
    "sampling": {split: {"rate": 0.6, "floor": 1} for split in ("train", "validation", "test")},
}

# ids that no hostile row has, so that most sound rows stay sound
odd_ids = st.sampled_from(["11", "-12", "'13", '"', "\\", "é", "a b", "{{ y }}", "2" * 18])
countries = st.sampled_from(["NL", "US", "BR"])
# minutes before the facts end, as likely in the weeks of one split as of another
moments = st.one_of(
    st.integers(-60 * DAY, -20 * DAY), st.integers(-20 * DAY, -13 * DAY), st.integers(-13 * DAY, -1)
)
early = st.integers(-400 * DAY, -60 * DAY).map(lambda minutes: written(minutes, None))


@st.composite
def worlds(draw):
    """Raw rows by source, as the columns of `COLUMNS`."""
    title_ids = draw(st.lists(odd_ids, min_size=3, max_size=6, unique=True))
    profile_ids = draw(st.lists(odd_ids, min_size=1, max_size=4, unique=True))
    sound_titles = [(key, "", None, "a|b", draw(early), ["*"]) for key in title_ids]
    sound_profiles = [(key, draw(countries), draw(early)) for key in profile_ids]
    sound_plays = draw(
        st.lists(
            st.tuples(
                st.sampled_from(profile_ids),
                st.sampled_from(title_ids),
                moments.map(lambda minutes: written(minutes, 330)),
                st.floats(0.01, 1).map(lambda strength: (repr(strength), strength)),
            ),
            min_size=1,
            max_size=40,
        )
    )
    numbered = [(f"play {number}", *play) for number, play in enumerate(sound_plays)]
    return {
        "raw_profiles": sound_profiles + draw(st.lists(profiles, max_size=6)),
        "raw_titles": sound_titles + draw(st.lists(titles, max_size=6)),
        "raw_plays": numbered + draw(st.lists(plays, max_size=10)),
    }


def as_raw(value):
    """The text of a drawn value: of a moment or strength its own, of country codes their list."""
    if isinstance(value, tuple):
        return value[0]
    return "|".join(value) if isinstance(value, list) else value


@pytest.fixture(scope="module")
def project(copy_project):
    """The flow up to DMC-12, its raw tables the files that each world writes."""
    root = copy_project("fuzz_worlds", **KNOBS)
    for source, columns in COLUMNS.items():
        supply_rows(root, source, [dict.fromkeys(columns, "?")])
    return root


@pytest.fixture(scope="module")
def violations(project, run_dbt):
    """The query of `dmc12_valid` on `dmc12_labeled`."""
    run_dbt(project, "run", "--quiet", "--select", "+dmc12_labeled")
    selected = "dmc12_labeled,test_name:dmc12_valid"
    result = run_dbt(project, "compile", "--quiet", "--select", selected)
    (test,) = (
        one.node
        for one in result.result.results
        if one.node.attached_node == "model.dmc12.dmc12_labeled"
    )
    return test.compiled_code


@pytest.fixture(scope="module")
def contexts():
    """Contexts seen in all worlds, by split: none of a split would prove nothing of it."""
    seen = Counter()
    yield seen
    assert set(seen) == {"train", "validation", "test"}, seen


@settings(
    max_examples=WORLDS,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)
@given(world=worlds())
def test_no_hostile_row_breaks_an_invariant(project, violations, contexts, run_dbt, query, world):
    for source, rows in world.items():
        raw = [map(as_raw, row) for row in rows]
        path = supply_rows(
            project, source, [dict(zip(COLUMNS[source], row, strict=True)) for row in raw]
        )
        current_session().catalog.refreshByPath(str(path))
    run_dbt(project, "run", "--quiet", "--select", "+dmc12_labeled")
    assert query(violations) == []
    contexts.update(split for (split,) in query("select split from fuzz_worlds.dmc12_labeled"))
