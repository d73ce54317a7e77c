"""Where in a model's compiled file an error of Spark lies."""

from __future__ import annotations

import re
from typing import Any

# "line 3, pos 7" of the analyser counts columns from 0, "line 3, position 8" of the executor from 1
POSITION = re.compile(r"line (?P<line>\d+),? (?P<kind>pos|position) (?P<column>\d+)")
# of a runtime error: the statement's fragment, underlined; of a parse error: the whole statement
FRAGMENT = re.compile(
    r"\n*== SQL(?: \(line \d+, position \d+\))? ==\n(?:(?!== SQL|SQLSTATE)[^\n]*(?:\n|$))*"
)
TRAILER = re.compile(r"[;,]? ?\(?line \d+,? pos \d+\)?\s*")


def with_place(message: str, statement: str | None, node: Any, staged: str | None = None) -> str:
    """The message with `target/compiled/.../x.sql:12` and that line instead of Spark's position.

    Spark counts lines in the text sent: its analyser in the `statement`, its executor in that of
    the expression at fault, which is the query `staged` before, if there is one. The user has the
    compiled file. The message stays as it is where the two cannot be matched: an error within a
    view that the model reads, or in a statement of an adapter's macro.
    """
    code = getattr(node, "compiled_code", None)
    path = getattr(node, "compiled_path", None)
    # Spark's words on a view speak of that view's text
    found = POSITION.search(message.split("== SQL of VIEW", 1)[0])
    if not found:
        return message
    is_executors = found["kind"] == "position"
    text = staged if staged and is_executors else statement
    if not (code and path and text):
        return message
    line = line_in_code(text, code, int(found["line"]), int(found["column"]) - is_executors)
    if line is None:
        return message
    said = TRAILER.sub("", FRAGMENT.sub("\n", message)).strip()
    return f"{said}\n{path}:{line}\n    {code.splitlines()[line - 1].strip()}"


def line_in_code(statement: str, code: str, line: int, column: int) -> int | None:
    """The line of `code` that a line (from 1) and column (from 0) of `statement` fall on.

    None if the statement does not hold the code as it is, or the place lies outside of it.
    """
    core = code.strip().rstrip(";").rstrip()
    begin = statement.find(core)
    lines = statement.split("\n")
    if not core or begin < 0 or not 1 <= line <= len(lines):
        return None
    offset = sum(len(text) + 1 for text in lines[: line - 1]) + column - begin
    if not 0 <= offset <= len(core):
        return None
    blank = code[: len(code) - len(code.lstrip())]
    return blank.count("\n") + core[:offset].count("\n") + 1
