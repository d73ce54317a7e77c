"""A table's columns as a tree of lines, one a field, for a person to read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dbt.adapters.sparksession.schema_types import Array, Field, Map, Struct, Type, short

INDENT = "  "


def type_tree(columns: Sequence[Field]) -> list[str]:
    """One line a column or nested field, indented by depth: `label: double not null`."""
    return [line for column in columns for line in _lines(column, "")]


def _lines(field: Field, indent: str) -> Iterator[str]:
    not_null = "" if field.nullable else " not null"
    yield f"{indent}{field.name}: {_outline(field.type)}{not_null}"
    for part in _parts(field.type):
        yield from _lines(part, indent + INDENT)


def _outline(parsed: Type | None) -> str:
    """The type without the fields, which have lines of their own."""
    match parsed:
        case None:
            return "any type"
        case Struct():
            return "struct"
        case Array(element):
            return f"array<{_outline(element)}>"
        case Map(key, value):
            return f"map<{short(key)},{_outline(value)}>"
        case _:
            return short(parsed)


def _parts(parsed: Type | None) -> tuple[Field, ...]:
    match parsed:
        case Struct(fields):
            return fields
        case Array(element):
            return _parts(element)
        case Map(_, value):
            return _parts(value)
        case _:
            return ()
