"""What becomes of an incremental table's columns when its query's columns have changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dbt_common.exceptions import CompilationError, DbtRuntimeError

from dbt.adapters.sparksession.schema_types import Field
from dbt.adapters.sparksession.type_diff import type_diff


@dataclass(frozen=True)
class Evolution:
    """The columns of the new version, and whether rows that stay must be written anew for them."""

    columns: list[Field]
    rewrites: bool


def evolve(standing: Sequence[Field], query: Sequence[Field], on_schema_change: str) -> Evolution:
    """Choose the columns of the next version by dbt's `on_schema_change`.

    `ignore`: the table's columns as they stand; the query may have more, which are left out, but
    not fewer. `fail`: any difference is an error. `append_new_columns`: the table's columns, then
    the query's new ones, NULL in the rows that stay. `sync_all_columns`: the query's columns; a
    changed type rewrites the rows that stay.

    Raises DbtRuntimeError, naming each difference; for `fail` a CompilationError, as dbt does.
    """
    have = {column.name.lower(): column for column in standing}
    want = {column.name.lower(): column for column in query}
    added = [column for name, column in want.items() if name not in have]
    match on_schema_change:
        case "ignore":
            missing = [column.name for name, column in have.items() if name not in want]
            if missing:
                raise DbtRuntimeError(
                    f"The query no longer has {', '.join(missing)}, which the table has. Set "
                    "on_schema_change to append_new_columns or sync_all_columns, or run with "
                    "--full-refresh."
                )
            return Evolution(list(standing), rewrites=False)
        case "fail":
            if differences := type_diff(standing, query):
                raise CompilationError(
                    "The query's columns differ from the table's, and on_schema_change is fail:\n"
                    + "\n".join(f"  {difference}" for difference in differences)
                    + "\nSet on_schema_change to append_new_columns or sync_all_columns, or run "
                    "with --full-refresh."
                )
            return Evolution(list(standing), rewrites=False)
        case "append_new_columns":
            return Evolution([*standing, *added], rewrites=False)
        case "sync_all_columns":
            common = [(column, have[name]) for name, column in want.items() if name in have]
            retyped = any(type_diff([new], [old]) for new, old in common)
            return Evolution(list(query), rewrites=retyped)
        case _:
            raise DbtRuntimeError(
                f"on_schema_change {on_schema_change} is unknown: use ignore, fail, "
                "append_new_columns or sync_all_columns"
            )
