"""A column's type as a tree: read from the text of a `data_type`, written back as Spark DDL."""

from __future__ import annotations

import re
from dataclasses import dataclass

SYNONYMS = {
    "long": "bigint",
    "integer": "int",
    "short": "smallint",
    "byte": "tinyint",
    "real": "float",
    "dec": "decimal",
    "numeric": "decimal",
    "timestamp_ltz": "timestamp",
    "bool": "boolean",
}
TOKEN = re.compile(r"\s*(`(?:[^`]|``)+`|'(?:[^'\\]|\\.|'')*'|[A-Za-z0-9_]+|[<>(),:])")


@dataclass(frozen=True)
class Atom:
    """A type without parts, by Spark's own short name: `bigint`, `decimal(10,2)`."""

    name: str


@dataclass(frozen=True)
class Array:
    """`array<element>`."""

    element: Type


@dataclass(frozen=True)
class Map:
    """`map<key,value>`."""

    key: Type
    value: Type


@dataclass(frozen=True)
class Struct:
    """`struct<field: type, ...>`, in order."""

    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Field:
    """A named part of a struct, or a column of a table; `type` is None when none was declared."""

    name: str
    type: Type | None
    nullable: bool = True
    comment: str | None = None


Type = Atom | Array | Map | Struct


class TypeTextError(ValueError):
    """The text is not a Spark type; the message quotes it."""


def parse_type(text: str) -> Type:
    """Read a Spark type such as `array<struct<id: bigint not null, score: double>>`.

    Synonyms are resolved (`long` is `bigint`); unknown names are kept, in lower case.
    Raises TypeTextError where the text does not hold exactly one type.
    """
    reader = _Reader(text)
    parsed = reader.type()
    reader.end()
    return parsed


def render_type(parsed: Type) -> str:
    """Write a type as Spark DDL, with every field name quoted and each `not null` kept."""
    match parsed:
        case Atom(name):
            return name
        case Array(element):
            return f"array<{render_type(element)}>"
        case Map(key, value):
            return f"map<{render_type(key)},{render_type(value)}>"
        case Struct(fields):
            return f"struct<{','.join(render_field(field, ':') for field in fields)}>"


def render_field(field: Field, separator: str = " ") -> str:
    """Write one column (or, with `:`, one struct field) as Spark DDL."""
    if field.type is None:
        raise TypeTextError(f"{field.name} has no type")
    text = f"{quote(field.name)}{separator}{render_type(field.type)}"
    if not field.nullable:
        text += " not null"
    if field.comment:
        text += f" comment {literal(field.comment)}"
    return text


def short(parsed: Type) -> str:
    """A type as a person writes it: no quotes, no `not null`."""
    match parsed:
        case Atom(name):
            return name
        case Array(element):
            return f"array<{short(element)}>"
        case Map(key, value):
            return f"map<{short(key)},{short(value)}>"
        case Struct(fields):
            parts = (f"{field.name}:{short(field.type)}" for field in fields if field.type)
            return f"struct<{','.join(parts)}>"


def quote(name: str) -> str:
    """Quote an identifier for Spark SQL."""
    return "`" + name.replace("`", "``") + "`"


def literal(text: str) -> str:
    """Write a string as a Spark SQL literal, whatever it holds."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


class _Reader:
    """A recursive-descent reader over the tokens of one type."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[str] = []
        position = 0
        while text[position:].strip():
            found = TOKEN.match(text, position)
            if found is None:
                raise self.error()
            self.tokens.append(found.group(1))
            position = found.end()
        self.at = 0

    def error(self) -> TypeTextError:
        return TypeTextError(f"not a Spark type: {self.text!r}")

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self, expected: str | None = None) -> str:
        token = self.peek()
        if not token or (expected is not None and token.lower() != expected):
            raise self.error()
        self.at += 1
        return token

    def taken(self, expected: str) -> bool:
        if self.peek().lower() != expected:
            return False
        self.at += 1
        return True

    def end(self) -> None:
        if self.at != len(self.tokens):
            raise self.error()

    def type(self) -> Type:
        name = self.take().lower()
        if not re.fullmatch(r"[a-z0-9_]+", name):
            raise self.error()
        if name == "array":
            self.take("<")
            element = self.type()
            self.take(">")
            return Array(element)
        if name == "map":
            self.take("<")
            key = self.type()
            self.take(",")
            value = self.type()
            self.take(">")
            return Map(key, value)
        if name == "struct":
            return self.struct()
        return self.atom(SYNONYMS.get(name, name))

    def struct(self) -> Struct:
        self.take("<")
        fields: list[Field] = []
        while not self.taken(">"):
            if fields:
                self.take(",")
            fields.append(self.field())
        return Struct(tuple(fields))

    def field(self) -> Field:
        name = self.take()
        if name.startswith("`"):
            name = name[1:-1].replace("``", "`")
        self.taken(":")
        parsed = self.type()
        nullable = True
        comment = None
        while self.peek().lower() in ("not", "comment"):
            if self.taken("not"):
                self.take("null")
                nullable = False
            else:
                self.take("comment")
                comment = re.sub(r"\\(.)|''", lambda m: m.group(1) or "'", self.take()[1:-1])
        return Field(name, parsed, nullable, comment)

    def atom(self, name: str) -> Atom:
        arguments: list[str] = []
        if self.taken("("):
            arguments.append(self.take())
            while self.taken(","):
                arguments.append(self.take())
            self.take(")")
        if name == "decimal":
            # Spark's own defaults: decimal is decimal(10,0), decimal(12) is decimal(12,0)
            arguments = [*(arguments or ["10"]), "0"][:2]
        elif name == "interval":
            while self.peek().isalpha():
                name += " " + self.take().lower()
        return Atom(f"{name}({','.join(arguments)})" if arguments else name)
