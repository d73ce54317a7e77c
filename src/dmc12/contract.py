"""`python -m dmc12.contract`: write the line by which a feature, ranker or tag joins the contract.

The structs of tags, features, scores and ranks are made of the knobs `tags`, `features` and
`rankers`, so a line in dbt_project.yml changes the declared type of every stage. All else in the
file, comments and layout, stays as it is.
"""

import argparse
import difflib
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from dmc12.encoders import FEATURES
from dmc12.rankers import ranker_specs
from dmc12.tags import check_tag


def with_feature(text: str, name: str) -> str:
    """Return a dbt_project.yml with a feature added last.

    Raise ValueError for a feature that no encoder offers, one that is declared already, and a
    project that declares no features of its own.
    """
    _known(name)
    features = _knob(text, "features", yaml.SequenceNode)
    if name in [element.value for element in features.value]:
        raise ValueError(f"feature {name} is declared already (line {_line(features, name)})")
    return _appended(text, features, name)


def with_ranker(text: str, name: str, declaration: dict[str, Any]) -> str:
    """Return a dbt_project.yml with a ranker added last: trainer, params, features, and so on.

    Raise ValueError, as the knobs do, for a name, trainer, parameter or feature that cannot be, and
    for a ranker that is declared already.
    """
    rankers = _knob(text, "rankers", yaml.MappingNode)
    features = _knob(text, "features", yaml.SequenceNode)
    if name in [key.value for key, _ in rankers.value]:
        raise ValueError(f"ranker {name} is declared already (line {_line(rankers, name)})")
    declared = yaml.safe_load(yaml.serialize(rankers))
    ranker_specs({**declared, name: declaration}, [element.value for element in features.value])
    return _appended(text, rankers, _entry(name, declaration))


def with_tag(text: str, name: str, declaration: dict[str, str]) -> str:
    """Return a dbt_project.yml with a tag added last: expression, type, description.

    Raise ValueError, as the knobs do, for a name or a declaration that cannot be, and for a tag
    that is declared already.
    """
    tags = _knob(text, "tags", yaml.MappingNode)
    if name in [key.value for key, _ in tags.value]:
        raise ValueError(f"tag {name} is declared already (line {_line(tags, name)})")
    check_tag(name, declaration)
    return _appended(text, tags, _entry(name, declaration))


def _entry(name: str, declaration: dict[str, Any]) -> str:
    """A declaration as one line of YAML."""
    flow = yaml.safe_dump(
        declaration, default_flow_style=True, sort_keys=False, width=10_000, allow_unicode=True
    )
    return f"{name}: {flow.strip()}"


def _known(feature: str) -> None:
    if feature not in FEATURES:
        close = difflib.get_close_matches(feature, FEATURES, n=1)
        hint = f"; did you mean {close[0]}?" if close else f"; known: {', '.join(FEATURES)}"
        raise ValueError(f"no encoder offers a feature {feature!r}{hint}")


def _knob(text: str, name: str, kind: type[yaml.Node]) -> Any:
    """The YAML node of a knob under vars: dmc12:, with its place in the text."""
    node = yaml.compose(text)
    for key in ("vars", "dmc12", name):
        pairs = node.value if isinstance(node, yaml.MappingNode) else []
        node = next((value for own, value in pairs if own.value == key), None)
    if not isinstance(node, kind) or not node.value:
        raise ValueError(f"the file declares no {name} under vars: dmc12: to add to")
    return node


def _line(node: Any, name: str) -> int:
    keys = (one[0] if isinstance(one, tuple) else one for one in node.value)
    return next(int(key.start_mark.line) + 1 for key in keys if key.value == name)


def _appended(text: str, node: Any, entry: str) -> str:
    """Put an entry after the last one of a list or mapping, on a line of its own if that is."""
    last = node.value[-1]
    first_of_last, last = last if isinstance(last, tuple) else (last, last)
    end = _end(last, text)
    if node.flow_style:
        return f"{text[:end]}, {entry}{text[end:]}"
    line_end = text.find("\n", end)
    line_end = len(text) if line_end < 0 else line_end
    dash = "- " if isinstance(node, yaml.SequenceNode) else ""
    indent = " " * (first_of_last.start_mark.column - len(dash))
    return f"{text[:line_end]}\n{indent}{dash}{entry}{text[line_end:]}"


def _end(node: Any, text: str) -> int:
    """Where a node's own text ends; a block's mark would take in the comments after it."""
    if isinstance(node, yaml.ScalarNode) or node.flow_style or not node.value:
        # folded and literal text is marked to the start of what follows
        return len(text[: node.end_mark.index].rstrip())
    last = node.value[-1]
    return _end(last[1] if isinstance(last, tuple) else last, text)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m dmc12.contract", description=__doc__)
    parser.add_argument("--project", type=Path, default=Path("dbt_project.yml"))
    verbs = parser.add_subparsers(required=True, metavar="add")
    kinds = verbs.add_parser("add", help="add a line").add_subparsers(required=True, dest="kind")
    feature = kinds.add_parser("feature", help="a feature that an encoder offers")
    feature.add_argument("name")
    ranker = kinds.add_parser("ranker", help="a ranker: a trainer, its parameters and features")
    ranker.add_argument("name")
    ranker.add_argument("--trainer", required=True)
    ranker.add_argument("--params", type=json.loads, default={}, help="as JSON")
    ranker.add_argument("--features", nargs="+", help="all but the oracle's by default")
    tag = kinds.add_parser("tag", help="a tag: a SQL expression over a context's columns")
    tag.add_argument("name")
    tag.add_argument("--expression", required=True)
    tag.add_argument("--type", default="string")
    tag.add_argument("--description", required=True)
    options = parser.parse_args(arguments)
    try:
        before = options.project.read_text(encoding="utf-8")
        if options.kind == "feature":
            after = with_feature(before, options.name)
        elif options.kind == "tag":
            keys = ("expression", "type", "description")
            after = with_tag(before, options.name, {key: getattr(options, key) for key in keys})
        else:
            own = {"params": options.params, "features": options.features}
            given = {key: value for key, value in own.items() if value}
            after = with_ranker(before, options.name, {"trainer": options.trainer, **given})
    except (ValueError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    options.project.write_text(after, encoding="utf-8")
    path = str(options.project)
    diff = difflib.unified_diff(before.splitlines(True), after.splitlines(True), path, path, n=2)
    sys.stdout.writelines(diff)
    return 0


if __name__ == "__main__":
    sys.exit(main())
