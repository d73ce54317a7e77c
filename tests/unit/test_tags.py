"""A tag's expression is one SQL expression over the tagger's columns; all else is one error."""

import re
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from dmc12.knobs import check
from dmc12.tags import COLUMNS, check_expression

REPO = Path(__file__).parents[2]
SHIPPED = yaml.safe_load((REPO / "dbt_project.yml").read_text())["vars"]["dmc12"]


@pytest.mark.parametrize(
    "expression",
    [
        "n_past_plays = 0",
        "if(country_place <= 5, country_iso_code, 'rest')",
        "case device when 'tv' then 'large' else 'small' end",
        "context_at < signed_up_at + interval 7 days",
        "pmod(xxhash64(profile_id, 'holdout'), 10)",
        "date_format(context_at, 'E')",
        "cast(tenure_days div 7 as string) || ' weeks'",
        "exists(array(1, 2), week -> week = tenure_days div 7)",
        "unix_timestamp(context_at)",
        "'; drop table contexts -- is but text'",
    ],
)
def test_expressions_over_the_columns_pass(expression):
    assert check_expression(expression) == expression


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("", "expected one SQL expression: No expression"),
        ("case when", "expected one SQL expression: "),
        ("1, 2", "expected one SQL expression: Invalid expression"),
        ("1) as a, (select 2", "expected one SQL expression: Invalid expression"),
        ("1 from other", "expected one SQL expression: Invalid expression"),
        ("1; drop table contexts", "without a second statement"),
        ("drop table contexts", "got a statement"),
        ("1 -- the rest", "without comments"),
        ("1 /* the rest", "expected one SQL expression: Error tokenizing"),
        ("(select max(secret) from other)", "without a query"),
        ("n_past_plays in (select 1)", "without a query"),
        ("count(*)", "without an aggregate"),
        ("lag(device) over (order by context_at)", "without a window"),
        ("explode(array(1, 2))", "without a function of many rows"),
        ("stack(2, 1, 2)", "without a function of many rows"),
        ("*", "without *"),
        ("device as label", "without an alias"),
        ("{{ device }}", "without a placeholder"),
        ("rand()", "rand() does not follow from the context"),
        ("context_at < now()", "now() does not follow from the context"),
        ("context_at < timestamp'now'", "'now' may stand for the moment of the build"),
        ("signed_up_at > ' Yesterday UTC'", "may stand for the moment of the build"),
        ("localtime() > '12:00'", "localtime() does not follow from the context"),
        ("current_date", "current_date() does not follow from the context"),
        ("reflect('java.lang.System', 'exit', 0)", "reflect() does not follow from the context"),
        ("size(labels)", "'labels' is no column of the tagger; known: profile_id, "),
        ("label_until", "'label_until' is no column of the tagger; known: "),
        ("tenure_day", "'tenure_day' is no column of the tagger; did you mean tenure_days?"),
        ("contexts.device", "'contexts.device' is no column of the tagger; did you mean device?"),
    ],
)
def test_what_is_no_expression_of_a_context_is_named_with_its_tag(expression, message):
    bad = {"expression": expression, "type": "string", "description": "Bad."}
    with pytest.raises(ValueError, match="1 knob") as caught:
        check(SHIPPED | {"tags": SHIPPED["tags"] | {"bad": bad}})
    assert "tags.bad.expression: " in str(caught.value)
    assert message in str(caught.value)


@given(st.text() | st.text("()'`;-/*\\ \n\x1b,{}$:?@ab1=<>", max_size=12))
@example("\x1b`")
@example("1 /* \x1b */")
def test_any_text_passes_or_is_one_error_of_one_line(text):
    said = ""
    try:
        check_expression(text)
    except ValueError as error:
        said = str(error)
    assert said == "" or said.isprintable()


def test_the_columns_are_those_of_the_tagger_but_for_what_comes_after_the_context():
    model = (REPO / "models" / "dataset" / "contexts_tagged.sql").read_text()
    read = model.split("contexts as (")[1].split("from")[0]
    made = model.split("described as (")[1].split("from")[0]
    columns = set(re.findall(r"\w+", read.replace("select", "")))
    columns |= set(re.findall(r" as (\w+)", made)) | {"country_place"}
    assert columns - {"label_until", "labels"} == set(COLUMNS)


def test_the_docs_list_the_columns():
    docs = (REPO / "docs" / "sampling.md").read_text()
    table = docs.split("| column |")[1].split("\n\n")[0]
    assert set(re.findall(r"`(\w+)`", table)) >= set(COLUMNS)
