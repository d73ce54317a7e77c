"""Say where two schemas differ, one line a difference, by path: `items[].features.f2: ...`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dbt.adapters.sparksession.schema_types import Array, Atom, Field, Map, Struct, Type, short


def type_diff(declared: Sequence[Field], actual: Sequence[Field]) -> list[str]:
    """List the differences between the declared columns of a table and the actual ones.

    Columns are matched by name without regard to case, and may come in any order, as in dbt's
    contracts. Below a column everything is exact: names, types, and the order of fields. A column
    declared without a type is looked for and not compared. Nullability is not compared: Spark
    reads every column back as nullable.

    Empty when the schemas agree.
    """
    have = {field.name.lower(): field for field in actual}
    want = {field.name.lower(): field for field in declared}
    differences: list[str] = []
    for name, field in want.items():
        if name not in have:
            differences.append(f"{field.name}: missing")
        else:
            differences.extend(_compare(field.name, field.type, have[name].type))
    differences.extend(
        f"{field.name}: not declared" for name, field in have.items() if name not in want
    )
    return differences


def _compare(path: str, declared: Type | None, actual: Type | None) -> Iterator[str]:
    match declared, actual:
        case (None, _) | (_, None):
            return
        case Array(want), Array(have):
            yield from _compare(f"{path}[]", want, have)
        case Map(want_key, want_value), Map(have_key, have_value):
            yield from _compare(f"{path}.key", want_key, have_key)
            yield from _compare(f"{path}.value", want_value, have_value)
        case Struct(want_fields), Struct(have_fields):
            yield from _compare_fields(path, want_fields, have_fields)
        case _:
            if declared != actual:
                yield f"{path}: declared {_outline(declared)}, got {_outline(actual)}"


def _compare_fields(
    path: str, declared: tuple[Field, ...], actual: tuple[Field, ...]
) -> Iterator[str]:
    have = {field.name: field for field in actual}
    want = {field.name: field for field in declared}
    for name, field in want.items():
        if name in have:
            yield from _compare(f"{path}.{name}", field.type, have[name].type)
        else:
            yield f"{path}.{name}: missing"
    for name in have:
        if name not in want:
            yield f"{path}.{name}: not declared"
    if set(have) == set(want) and list(have) != list(want):
        order = ", ".join(want)
        # the element of an array is named by its array: `items`, not `items[]`
        yield f"{path.removesuffix('[]')}: element order differs (declared {order})"


def _outline(parsed: Type | None) -> str:
    """A type in one short phrase: the parts of a struct are named only when they are few."""
    if parsed is None:
        return "nothing"
    text = short(parsed)
    if isinstance(parsed, Atom) or len(text) <= 60:
        return text
    return text[:57] + "..."
