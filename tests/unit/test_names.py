"""Names that become columns and fields keep one rule; any other name is an error that tells it."""

import string
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from dmc12.encoders import FEATURES
from dmc12.knobs import check
from dmc12.names import RULE, check_name

PROJECT = yaml.safe_load((Path(__file__).parents[2] / "dbt_project.yml").read_text())
SHIPPED = PROJECT["vars"]["dmc12"]
TAG = {"expression": "n_past_plays = 0", "type": "boolean", "description": "New."}
RANKER = {"trainer": "feature", "params": {"feature": "own_plays"}}
RANKERS = {"rankers": {"popularity": RANKER}, "control_ranker": "popularity"}  # no guardrail

names = st.one_of(
    st.text(),
    st.text("ab_0`'\";-. \n\\{}%\u0430\u00e9\uff41\u202e", max_size=8),
    st.text(string.ascii_lowercase + string.digits + "_", max_size=80),
)


def keeps_the_rule(name):
    allowed = string.ascii_lowercase + string.digits + "_"
    starts = name[:1] in tuple(string.ascii_lowercase)
    return starts and len(name) <= 63 and all(letter in allowed for letter in name)


@given(names)
@example("order")
@example("select")
@example("")
@example("a\n")
@example("p\u0430y")
@example("a" * 64)
@example("a`, (select 1) as `b")
def test_a_ranker_has_a_name_that_keeps_the_rule_or_an_error_tells_it(name):
    knobs = SHIPPED | {"rankers": {name: RANKER}, "control_ranker": name}
    if keeps_the_rule(name):
        assert list(check(knobs).rankers) == [name]
        return
    with pytest.raises(ValueError, match="1 knob") as caught:
        check(knobs)
    assert f"rankers: {RULE} (got " in str(caught.value)
    assert len(str(caught.value)) < 400


@given(names)
@example("order")
@example("a`, (select 1) as `b")
def test_a_tag_has_a_name_that_keeps_the_rule_or_an_error_tells_it(name):
    sampling = {split: {"rate": 0.5} for split in SHIPPED["sampling"]}
    own = {"tags": {name: TAG}, "strata": [name], "metric_slices": [], "sampling": sampling}
    knobs = SHIPPED | RANKERS | own
    if keeps_the_rule(name):
        assert list(check(knobs).tags) == [name]
        return
    with pytest.raises(ValueError, match="knob") as caught:
        check(knobs)
    assert f"tags: {RULE} (got " in str(caught.value)


@pytest.mark.parametrize("knob", ["features", "strata", "metric_slices"])
@given(name=names)
def test_a_feature_or_tag_is_a_known_name_or_an_error_tells_the_rule_and_the_value(knob, name):
    if name in FEATURES or name in SHIPPED["tags"]:
        return
    with pytest.raises(ValueError, match="1 knob") as caught:
        check(SHIPPED | RANKERS | {knob: [name]})
    said = str(caught.value)
    assert f"{knob}" in said
    assert said.isascii()
    if not keeps_the_rule(name):
        assert RULE in said


def test_an_error_shows_the_value_with_its_look_alikes():
    with pytest.raises(ValueError, match=r"rankers: .* \(got 'p\\u0430y'\)"):
        check(SHIPPED | {"rankers": {"p\u0430y": RANKER}})


@pytest.mark.parametrize("name", [None, 1, 1.5, True, ("a",)])
def test_a_name_is_a_string(name):
    with pytest.raises(ValueError, match="a name starts"):
        check(SHIPPED | {"rankers": {name: RANKER}})


def test_features_keep_the_rule_themselves():
    assert all(check_name(name) for name in FEATURES)
