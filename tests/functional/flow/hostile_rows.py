"""Strategies for raw rows, hostile ones among them: blanks, quotes, wrong types, odd moments.

A moment and a strength are drawn with their meaning, (raw text, value or None), so that whoever
judges a row parses nothing.
"""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

FACTS_END_AT = datetime(2026, 7, 1, tzinfo=UTC)
COUNTRIES = {"NL", "US", "BR", "ZZ", "XA"}

COLUMNS = {
    "raw_profiles": ("profile_id", "country_iso_code", "signed_up_at"),
    "raw_titles": ("show_title_id", "title", "creator", "genres", "launched_at", "countries"),
    "raw_plays": ("play_id", "profile_id", "show_title_id", "played_at", "strength"),
}


def written(minutes, offset):
    """A moment so many minutes from the facts' end: its text, with an offset if given, and UTC."""
    moment = FACTS_END_AT + timedelta(minutes=minutes)
    if offset is None:
        return moment.strftime("%Y-%m-%d %H:%M:%S"), moment
    sign, size = "-" if offset < 0 else "+", abs(offset)
    local = (moment + timedelta(minutes=offset)).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{local}{sign}{size // 60:02}:{size % 60:02}", moment


NO_MOMENT = (
    None,
    "",
    "soon",
    "12:30:00",
    "2026-02-30",
    "2026-06-30 24:00:01",
    "0026-01-01",
    "{{ x }}",
)
NO_STRENGTH = (None, "", "much", "1,5", "--1", "NaN", "inf", "1e400", "\u0661", "{{ x }}")

texts = st.one_of(
    st.none(),
    st.sampled_from(["", " ", "'", '"', "`", "\\", "\\'", "\n", "{{ x }}", "{% x %}", "null", "0"]),
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6),
)
ids = st.one_of(st.sampled_from(["1", "2", "3", "a", "b", "A", "01", " a", "é", "'; --"]), texts)
countries = st.one_of(
    st.sampled_from(sorted(COUNTRIES)),
    st.sampled_from([None, "", " ", "UK", "nl", "NL ", "Brazil"]),
)
offsets = st.sampled_from([0, 60, -300, 330, 840])
moments = st.one_of(
    st.sampled_from([(raw, None) for raw in NO_MOMENT]),
    st.builds(
        lambda minutes, offset, as_offset: written(minutes, offset if as_offset else None),
        st.integers(-(10**6), 10**4),
        offsets,
        st.booleans(),
    ),
)
strengths = st.one_of(
    st.sampled_from([(raw, None) for raw in NO_STRENGTH]),
    st.sampled_from([("-inf", float("-inf")), ("0", 0.0), ("-0.0", 0.0), ("1e308", 1e308)]),
    st.floats(-10, 2e6, allow_nan=False).map(lambda strength: (repr(strength), strength)),
)
code_lists = st.one_of(
    st.none(), st.lists(st.sampled_from(["*", "NL", "US", "UK", "", "nl", "**"]), max_size=3)
)

profiles = st.tuples(ids, countries, moments)
titles = st.tuples(ids, texts, texts, texts, moments, code_lists)
plays = st.tuples(texts | st.sampled_from(["p", "q"]), ids, ids, moments, strengths)
