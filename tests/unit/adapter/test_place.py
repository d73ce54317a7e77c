from types import SimpleNamespace

import pytest

from dbt.adapters.sparksession.errors import StatementError
from dbt.adapters.sparksession.place import line_in_code, with_place

# dbt keeps the blank lines that a config block leaves
CODE = "\n\nselect\n    1 as a,\n    nope as b\n"
SENT = "insert into `s`.`t` by name\n    " + CODE.strip()


@pytest.mark.parametrize(
    ("line", "column", "expected"),
    [(1, 0, None), (2, 4, 3), (3, 4, 4), (4, 4, 5), (9, 0, None)],
)
def test_a_line_of_the_statement_is_found_in_the_file(line, column, expected) -> None:
    assert line_in_code(SENT, CODE, line, column) == expected


def test_a_statement_without_the_code_has_no_line() -> None:
    assert line_in_code("describe t", CODE, 1, 0) is None


ANALYSIS = "[UNRESOLVED_COLUMN] No `nope`. SQLSTATE: 42703; line 4 pos 4"
RUNTIME = "[DIVIDE_BY_ZERO] No.\n== SQL (line 4, position 5) ==\n    nope as b\n    ^^^^"
PARSE = (
    "[PARSE_SYNTAX_ERROR] At 'b'. SQLSTATE: 42601 (line 4, pos 4)\n\n== SQL ==\ninsert\n----^^^\nb"
)


@pytest.mark.parametrize("message", [ANALYSIS, RUNTIME, PARSE])
def test_every_form_of_sparks_position_becomes_the_users_line(message) -> None:
    error = StatementError(message, SENT, "Do this.")
    error.add_node(SimpleNamespace(compiled_code=CODE, compiled_path="target/compiled/p/m.sql"))
    said = str(error.msg)
    assert said.endswith("\ntarget/compiled/p/m.sql:5\n    nope as b\nDo this.")
    assert "line 4" not in said
    assert "== SQL" not in said


def test_an_error_in_a_view_that_is_read_keeps_the_views_own_line() -> None:
    said = "[CAST] x\n== SQL of VIEW spark_catalog.s.v (line 4, position 5) ==\ncast(s as int)"
    node = SimpleNamespace(compiled_code=CODE, compiled_path="target/compiled/p/m.sql")
    assert with_place(said, SENT, node) == said


@pytest.mark.parametrize(
    ("message", "line"), [(RUNTIME, 4), (RUNTIME.replace("line 4", "line 3"), 3), (ANALYSIS, None)]
)
def test_rows_of_a_staged_query_are_placed_in_it(message: str, line: int | None) -> None:
    staged = "/* dbt */\n" + CODE.strip() + "\n    -- its end"
    node = SimpleNamespace(compiled_code=CODE, compiled_path="target/compiled/p/m.sql")
    insert = "insert into t by name\nselect * from `m__v1__frame`"
    said = with_place(message, insert, node, staged)
    assert said == message if line is None else f"target/compiled/p/m.sql:{line + 1}\n" in said
