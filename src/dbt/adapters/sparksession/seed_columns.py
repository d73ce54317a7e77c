"""Give the string columns of a CSV file their types, exactly or not at all."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from dbt.adapters.sparksession.csv_file import SeedError
from dbt.adapters.sparksession.schema_types import Atom, Field, TypeTextError, parse_type

INTEGER = r"[+-]?[0-9]+"
NUMBER = r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?"
NOT_FINITE = r"(?i:nan|[+-]?inf(inity)?)"
DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
CLOCK = r"[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?"
ZONE = r"(Z|[+-][0-9]{2}(:?[0-9]{2})?)"
BOOLEANS = {"true": True, "t": True, "yes": True, "y": True, "1": True} | {
    "false": False, "f": False, "no": False, "n": False, "0": False
}  # fmt: skip
INTEGERS = {"bigint": pa.int64(), "int": pa.int32(), "smallint": pa.int16(), "tinyint": pa.int8()}
# 007 is a code, not a number: its zeros would be lost
CODE = r"^[+-]?0[0-9]"


@dataclass(frozen=True)
class Rule:
    """How text becomes values of one type: the whole text must match, then it is cast."""

    pattern: str
    cast: Callable[[pa.Array], pa.Array]


def type_columns(table: pa.Table, declared: Mapping[str, str], shown: str) -> pa.Table:
    """Cast each column to its declared type, or to the one its values allow.

    `declared` is dbt's `column_types`; names it has beyond the file's are ignored, as in dbt.
    `shown` is the file's name in messages. Raises SeedError at the first value that is not of its
    column's type: `seeds/x.csv, data row 17, column strength: 'abc' is not a double`.
    """
    types = {name.lower(): text for name, text in declared.items()}
    columns = []
    for name in table.column_names:
        values = table.column(name).combine_chunks()
        if name.lower() in types:
            columns.append(_declared(values, types[name.lower()], f"{shown}", name))
        else:
            columns.append(_inferred(values))
    return pa.table(columns, names=table.column_names)


def column_fields(table: pa.Table, declared: Mapping[str, str]) -> list[Field]:
    """The columns of a typed seed, by their declared types where they have one."""
    types = {name.lower(): text for name, text in declared.items()}
    return [
        Field(
            field.name,
            parse_type(types[field.name.lower()])
            if field.name.lower() in types
            else Atom(_spark_name(field.type)),
        )
        for field in table.schema
    ]


def _declared(values: pa.Array, text: str, shown: str, name: str) -> pa.Array:
    try:
        parsed = parse_type(text)
    except TypeTextError as exc:
        raise SeedError(f"{shown}, column {name}: {exc}") from exc
    rule = _rule(parsed.name) if isinstance(parsed, Atom) else None
    if rule is None:
        raise SeedError(
            f"{shown}, column {name}: a seed cannot have the type {text}; declare a number, "
            "boolean, date, timestamp or string type"
        )
    if _is_text(parsed):
        return values
    trimmed = pc.utf8_trim_whitespace(values)
    bad = pc.index(pc.match_substring_regex(trimmed, f"^(?:{rule.pattern})$"), False).as_py()
    matching = trimmed if bad < 0 else trimmed[:bad]
    try:
        typed = rule.cast(matching)
    except pa.ArrowInvalid:
        bad = _first_refused(matching, rule)
    if bad < 0:
        return typed
    raise SeedError(
        f"{shown}, data row {bad + 1}, column {name}: {values[bad].as_py()!r} is not "
        f"{_article(text)} {text}"
    )


def _first_refused(values: pa.Array, rule: Rule) -> int:
    """The position of the first value that the cast refuses: one too large, a 30 February."""
    low, high = 0, len(values)
    while high - low > 1:
        middle = (low + high) // 2
        try:
            rule.cast(values[low:middle])
        except pa.ArrowInvalid:
            high = middle
        else:
            low = middle
    return low


def _rule(name: str) -> Rule | None:
    base = name.split("(")[0]
    if base in INTEGERS:
        return Rule(INTEGER, lambda values: _unsigned(values).cast(INTEGERS[base]))
    if base in ("double", "float"):
        to = pa.float64() if base == "double" else pa.float32()
        return Rule(f"{NUMBER}|{NOT_FINITE}", lambda values: _floats(values, to))
    if base == "decimal":
        precision, scale = (int(part) for part in re.findall(r"\d+", name))
        exact = pa.decimal128(precision, scale)
        return Rule(NUMBER, lambda values: _unsigned(values).cast(exact))
    if base == "boolean":
        return Rule(f"(?i:{'|'.join(BOOLEANS)})", _booleans)
    if base == "date":
        return Rule(DATE, lambda values: values.cast(pa.date32()))
    if base == "timestamp":
        return Rule(f"{DATE}([ T]{CLOCK}{ZONE}?)?", _instants)
    if base == "timestamp_ntz":
        return Rule(f"{DATE}([ T]{CLOCK})?", lambda values: values.cast(pa.timestamp("us")))
    if base in ("string", "varchar", "char"):
        return Rule(".*", lambda values: values)
    return None


def _inferred(values: pa.Array) -> pa.Array:
    """Cast to the narrowest of bigint, double, boolean, date, timestamp; else leave a string."""
    if values.null_count == len(values):
        return values
    for pattern, name in (
        (INTEGER, "bigint"),
        (NUMBER, "double"),
        ("(?i:true|false)", "boolean"),
        (DATE, "date"),
        (f"{DATE}[ T]{CLOCK}{ZONE}?", "timestamp"),
    ):
        rule = _rule(name)
        fits = pc.all(pc.match_substring_regex(values, f"^(?:{pattern})$")).as_py()
        if rule is None or not fits:
            continue
        if name in ("bigint", "double") and pc.any(pc.match_substring_regex(values, CODE)).as_py():
            return values
        try:
            if name == "double":
                _check_integers_are_exact(values)
            return rule.cast(values)
        except pa.ArrowInvalid:
            # a number beyond 64 bits, a 30 February: the text is what is known
            return values
    return values


def _check_integers_are_exact(values: pa.Array) -> None:
    """Raise ArrowInvalid if an integer among the numbers has more digits than a double."""
    integers = values.filter(pc.match_substring_regex(values, f"^(?:{INTEGER})$"))
    _unsigned(integers).cast(pa.int64()).cast(pa.float64())


def _floats(values: pa.Array, to: pa.DataType) -> pa.Array:
    """Cast to floats. Raise ArrowInvalid for a number beyond their range: it would be infinite."""
    floats = _unsigned(values).cast(to)
    is_named = pc.match_substring_regex(values, f"^(?:{NOT_FINITE})$")
    if pc.any(pc.and_(pc.is_inf(floats), pc.invert(is_named))).as_py():
        raise pa.ArrowInvalid(f"a number beyond the range of {to}")
    return floats


def _unsigned(values: pa.Array) -> pa.Array:
    """Without a plus sign, which pyarrow does not take."""
    return pc.replace_substring_regex(values, r"^\+", "")


def _booleans(values: pa.Array) -> pa.Array:
    return pa.array(
        [None if value is None else BOOLEANS[value.lower()] for value in values.to_pylist()],
        pa.bool_(),
    )


def _instants(values: pa.Array) -> pa.Array:
    """Times with a zone as they are, times without one as UTC."""
    zoned = pc.match_substring_regex(values, f":[0-9.]+{ZONE}$")
    dated = pc.match_substring_regex(values, f"^{DATE}$")
    full = pc.if_else(dated, pc.binary_join_element_wise(values, " 00:00", ""), values)
    utc = pc.if_else(zoned, full, pc.binary_join_element_wise(full, "Z", ""))
    return utc.cast(pa.timestamp("us", tz="UTC"))


def _is_text(parsed: object) -> bool:
    return isinstance(parsed, Atom) and parsed.name.split("(")[0] in ("string", "varchar", "char")


def _spark_name(arrow: pa.DataType) -> str:
    if pa.types.is_int64(arrow):
        return "bigint"
    if pa.types.is_float64(arrow):
        return "double"
    if pa.types.is_boolean(arrow):
        return "boolean"
    if pa.types.is_date32(arrow):
        return "date"
    if pa.types.is_timestamp(arrow):
        return "timestamp"
    return "string"


def _article(word: str) -> str:
    return "an" if word[:1].lower() in "aeiou" else "a"
