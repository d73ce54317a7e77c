"""The command that adds a feature or a ranker writes one line, and no wrong one."""

from pathlib import Path

import pytest
import yaml

from dmc12.contract import main, with_feature, with_ranker, with_tag

SHIPPED = (Path(__file__).parents[2] / "dbt_project.yml").read_text(encoding="utf-8")
SMALL = """\
vars:
  dmc12:
    features: # in this order
      - own_plays # the best
      # nothing after it

    rankers:
      own_plays:
        trainer: feature
        params: {feature: own_plays} # a baseline

    tags:
      late: {expression: hour(context_at) > 18, type: boolean, description: In the evening.}

    # the end
"""
TAG = ["tag", "new", "--expression", "n_past_plays = 0", "--description", "No play yet."]
FEATURE = {"trainer": "feature", "params": {"feature": "own_plays"}}


def added(before: str, after: str) -> list[str]:
    """The lines that were added; all others must stay."""
    lines = after.splitlines()
    kept = iter(lines)
    assert all(line in kept for line in before.splitlines())
    return [line for line in lines if line not in before.splitlines()]


def test_a_feature_is_one_line_after_the_others():
    shorter = SHIPPED.replace("      - own_overdue\n", "")
    after = with_feature(shorter, "own_overdue")
    assert added(shorter, after) == ["      - own_overdue"]
    assert yaml.safe_load(after)["vars"]["dmc12"]["features"][-1] == "own_overdue"


def test_a_line_may_follow_folded_text():
    folded = """\
vars:
  dmc12:
    tags:
      late:
        expression: hour(context_at) > 18
        type: boolean
        description: >-
          In the
          evening.

    strata: [late]
"""
    new = {"expression": "n_past_plays = 0", "type": "boolean", "description": "No play yet."}
    knobs = yaml.safe_load(with_tag(folded, "new", new))["vars"]["dmc12"]
    assert knobs["tags"]["new"] == new
    assert knobs["strata"] == ["late"]


def test_a_ranker_is_one_line_after_the_others():
    after = with_ranker(
        SHIPPED, "newest", {"trainer": "feature", "params": {"feature": "own_days"}}
    )
    line = "      newest: {trainer: feature, params: {feature: own_days}}"
    assert added(SHIPPED, after) == [line]
    assert list(yaml.safe_load(after)["vars"]["dmc12"]["rankers"])[-1] == "newest"


def test_an_ensemble_is_made_of_the_rankers_that_are_declared():
    mix = {"trainer": "blend", "params": {"of": ["own_plays", "lambdarank"]}}
    line = "      mix: {trainer: blend, params: {of: [own_plays, lambdarank]}}"
    assert added(SHIPPED, with_ranker(SHIPPED, "mix", mix)) == [line]
    with pytest.raises(ValueError, match="ranker mix: unknown base 'lambda'"):
        with_ranker(SHIPPED, "mix", {"trainer": "blend", "params": {"of": ["lambda", "own_plays"]}})


def test_a_tag_is_one_line_after_the_others():
    declaration = {
        "expression": "if(n_past_plays < 5, 'few', 'many')",
        "type": "string",
        "description": "Plays so far: few or many.",
    }
    after = with_tag(SHIPPED, "history", declaration)
    (line,) = added(SHIPPED, after)
    assert line.startswith("      history: {expression: ")
    assert list(yaml.safe_load(after)["vars"]["dmc12"]["tags"].items())[-1] == (
        "history",
        declaration,
    )


def test_comments_and_layout_stay():
    assert with_feature(SMALL, "own_days") == SMALL.replace(
        "# the best\n", "# the best\n      - own_days\n"
    )
    assert with_ranker(SMALL, "second", FEATURE) == SMALL.replace(
        "# a baseline\n",
        "# a baseline\n      second: {trainer: feature, params: {feature: own_plays}}\n",
    )
    inline = "vars: {dmc12: {features: [own_plays], rankers: {}}} # all"
    assert "[own_plays, own_days]" in with_feature(inline, "own_days")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["feature", "own_play"],
            "feature 'own_play'; did you mean own_plays?",
        ),
        (["feature", "x; drop table y"], "no encoder offers a feature 'x; drop table y'; known:"),
        (["feature", "own_plays"], "feature own_plays is declared already (line 4)"),
        (["ranker", "Best one", "--trainer", "feature"], "ranker 'Best one': a name starts"),
        (["ranker", "best", "--trainer", "lambdarnak"], "did you mean lambdarank"),
        (["ranker", "own_plays", "--trainer", "feature"], "declared already (line 8)"),
        ([*TAG, "--type", "array"], "tag new: type: Input should be"),
        (["tag", "a b", *TAG[2:]], "tag 'a b': a name starts"),
        (["tag", "late", *TAG[2:]], "tag late is declared already (line 13)"),
        (["ranker", "b", "--trainer", "lambdarank", "--features", "x"], "unknown feature 'x'"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_written(tmp_path, capsys, arguments, message):
    project = tmp_path / "dbt_project.yml"
    project.write_text(SMALL)
    assert main(["--project", str(project), "add", *arguments]) == 2
    assert message in capsys.readouterr().err
    assert project.read_text() == SMALL


def test_a_project_without_own_features_is_told_so(tmp_path, capsys):
    project = tmp_path / "dbt_project.yml"
    project.write_text("name: mine\n")
    assert main(["--project", str(project), "add", "feature", "own_days"]) == 2
    assert "declares no features under vars: dmc12:" in capsys.readouterr().err


def test_the_diff_is_shown(tmp_path, capsys):
    project = tmp_path / "dbt_project.yml"
    project.write_text(SMALL)
    assert main(["--project", str(project), "add", "feature", "own_days"]) == 0
    assert "+      - own_days\n" in capsys.readouterr().out
    assert "- own_days" in project.read_text()
