"""Partitions of a table: the path of one (`day=2026-06-01/hour=3`) as values and as SQL."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from dbt.adapters.sparksession.schema_types import Field, literal, quote, render_type
from dbt.adapters.sparksession.versions import is_version

NULL = "__HIVE_DEFAULT_PARTITION__"
FILE = re.compile(r"(?P<root>.*/(?P<table>[^/=]+))/(?P<path>[^/]+=[^/]*(?:/[^/]+=[^/]*)*)/[^/]+")
BATCH = 200  # partitions in one statement

# the values of the partition columns, in the table's order; None is NULL
Spec = tuple[str | None, ...]


@dataclass(frozen=True)
class Place:
    """Where a partition's files lie: the table whose directory it is, and the directory."""

    table: str
    location: str


def values_of(path: str) -> dict[str, str | None]:
    """Read the path of a partition, as `show partitions` gives it, escaped by `%`: by column."""
    pairs = (part.partition("=")[::2] for part in path.split("/"))
    return {unquote(name): None if value == NULL else unquote(value) for name, value in pairs}


def spec_of(path: str) -> Spec:
    """The values alone of the path of a partition."""
    return tuple(values_of(path).values())


def places_of(files: Iterable[str]) -> dict[Spec, Place]:
    """Where each partition lies, from the URIs of a partitioned version's files."""
    places = {}
    for uri in files:
        found = FILE.fullmatch(unquote(uri))
        if found is not None and is_version(found["table"]):
            location = f"{found['root']}/{found['path']}"
            places[spec_of(found["path"])] = Place(found["table"].lower(), location)
    return places


def matches(specs: Sequence[Spec], columns: Sequence[Field]) -> str:
    """A condition over the partition columns that is true in the given partitions alone."""
    if not specs:
        return "false"
    return "(" + "\n    or ".join(_matches_one(spec, columns) for spec in specs) + ")"


def as_rows(specs: Sequence[Spec], columns: Sequence[Field]) -> str:
    """The partitions as a table of values that SQL can filter: their place and their columns."""
    rows = (
        f"({place}, {', '.join(map(_value, spec, columns))})" for place, spec in enumerate(specs)
    )
    names = ", ".join(["_place", *(quote(column.name) for column in columns)])
    return f"(values {', '.join(rows)}) as partitions({names})"


def add_partitions(
    table: str, places: Mapping[Spec, str], columns: Sequence[Field]
) -> Iterable[str]:
    """The statements that let a table read each partition from its location."""
    clauses = [
        f"partition ({_assignments(spec, columns)}) location {literal(location)}"
        for spec, location in places.items()
    ]
    for start in range(0, len(clauses), BATCH):
        yield f"alter table {table} add\n" + "\n".join(clauses[start : start + BATCH])


def drop_partitions(table: str, specs: Sequence[Spec], columns: Sequence[Field]) -> str:
    """The statement that has a table forget partitions; the files of an external one stay."""
    clauses = ", ".join(f"partition ({_assignments(spec, columns)})" for spec in specs)
    return f"alter table {table} drop {clauses}"


def _matches_one(spec: Spec, columns: Sequence[Field]) -> str:
    pairs = zip(spec, columns, strict=True)
    return (
        "("
        + " and ".join(
            f"{quote(column.name)} <=> {_value(value, column)}" for value, column in pairs
        )
        + ")"
    )


def _assignments(spec: Spec, columns: Sequence[Field]) -> str:
    return ", ".join(
        f"{quote(column.name)} = {'null' if value is None else literal(value)}"
        for value, column in zip(spec, columns, strict=True)
    )


def _value(value: str | None, column: Field) -> str:
    assert column.type is not None
    text = "null" if value is None else literal(value)
    return f"cast({text} as {render_type(column.type)})"
