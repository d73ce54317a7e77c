"""The innermost fields of a struct, or of an array of structs, by path."""

from __future__ import annotations

from collections.abc import Iterator

from dbt.adapters.sparksession.schema_types import Array, Struct, Type, parse_type, short


def leaves(text: str) -> list[dict[str, str]]:
    """The fields below a type's structs, as `{path: features.own_plays, type: double}`, in order.

    A field that is an array or a map is a leaf. Raises TypeTextError where the text is no type.
    """
    parsed = parse_type(text)
    element = parsed.element if isinstance(parsed, Array) else parsed
    return [{"path": path, "type": short(leaf)} for path, leaf in _leaves("", element)]


def _leaves(path: str, parsed: Type) -> Iterator[tuple[str, Type]]:
    if not isinstance(parsed, Struct):
        if path:
            yield path, parsed
        return
    for field in parsed.fields:
        if field.type is not None:
            yield from _leaves(f"{path}.{field.name}" if path else field.name, field.type)
