"""Columns that a model's YAML declares part by part: `items`, `items.label`, `items.features`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from dbt.adapters.sparksession.schema_types import (
    Array,
    Field,
    Struct,
    Type,
    TypeTextError,
    parse_type,
)

Declaration = Mapping[str, Any]


def fold_columns(declarations: Iterable[Declaration]) -> list[Field]:
    """The columns of a table, those named `parent.part` folded into their parent's type.

    A parent is a column whose `data_type` is `struct`, or `array` for an array of structs; its
    parts are its fields, in the order of their declaration. A dotted name without a declared
    parent is a column's own name. A `not_null` constraint holds at any depth.

    Raises TypeTextError, naming the column, for a `data_type` that is not a Spark type, and for a
    parent that is neither `struct` nor `array`.
    """
    declared = {column["name"].lower(): column for column in declarations}
    parts: dict[str, list[Declaration]] = {name: [] for name in declared}
    for name, column in declared.items():
        if (parent := name.rpartition(".")[0]) in declared:
            parts[parent].append(column)

    def field(column: Declaration, name: str) -> Field:
        return Field(name, type_of(column), _nullable(column))

    def type_of(column: Declaration) -> Type | None:
        own = parts[column["name"].lower()]
        text = column.get("data_type")
        if not own:
            return _parse(column["name"], text) if text else None
        struct = Struct(tuple(field(part, part["name"].rpartition(".")[2]) for part in own))
        match (text or "").strip().lower():
            case "struct":
                return struct
            case "array":
                return Array(struct)
        raise TypeTextError(
            f"column {column['name']}: its parts are declared too ({own[0]['name']}), so its "
            f"data_type must be array or struct, not {text!r}"
        )

    return [
        field(column, column["name"])
        for name, column in declared.items()
        if not is_part(name, declared)
    ]


def is_part(name: str, declared: Iterable[str]) -> bool:
    """Whether a declared name is that of a part of another one."""
    parent = name.lower().rpartition(".")[0]
    return any(parent == other.lower() for other in declared)


def _parse(name: str, text: str) -> Type:
    try:
        return parse_type(text)
    except TypeTextError as exc:
        raise TypeTextError(f"column {name}: {exc}") from exc


def _nullable(column: Declaration) -> bool:
    constraints: Iterable[Mapping[str, Any]] = column.get("constraints") or []
    return all(one.get("type") not in ("not_null", "primary_key") for one in constraints)
