from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from dbt.adapters.sparksession.csv_file import SeedError, read_csv
from dbt.adapters.sparksession.schema_types import short
from dbt.adapters.sparksession.seed_columns import column_fields, type_columns


def typed(values: list[str | None], declared: str | None = None) -> pa.Array:
    table = pa.table({"x": pa.array(values, pa.string())})
    types = {"x": declared} if declared else {}
    return type_columns(table, types, "seeds/x.csv").column("x")


@pytest.mark.parametrize(
    ("declared", "text", "value"),
    [
        ("bigint", "9223372036854775807", 2**63 - 1),
        ("long", "-9223372036854775808", -(2**63)),
        ("bigint", "9007199254740993", 2**53 + 1),
        ("int", "+7", 7),
        ("bigint", " 007 ", 7),
        ("decimal(12,2)", "1234567890.12", Decimal("1234567890.12")),
        ("double", "1e-3", 0.001),
        ("double", ".5", 0.5),
        ("double", "-Infinity", float("-inf")),
        ("boolean", "TRUE", True),
        ("boolean", "n", False),
        ("date", "2024-02-29", date(2024, 2, 29)),
        ("timestamp", "2026-01-02 03:04:05.000006", datetime(2026, 1, 2, 3, 4, 5, 6, UTC)),
        ("timestamp", "2026-01-02T03:04:05+05:30", datetime(2026, 1, 1, 21, 34, 5, 0, UTC)),
        ("timestamp", "2026-01-02T03:04:05Z", datetime(2026, 1, 2, 3, 4, 5, 0, UTC)),
        ("timestamp", "2026-01-02", datetime(2026, 1, 2, tzinfo=UTC)),
        ("timestamp_ntz", "2026-01-02 03:04", datetime(2026, 1, 2, 3, 4)),
        ("string", "007", "007"),
        ("string", " a\nb ", " a\nb "),
    ],
)
def test_a_declared_value_is_kept_exactly(declared: str, text: str, value: object) -> None:
    assert typed([text, None], declared).to_pylist() == [value, None]


@pytest.mark.parametrize(
    ("declared", "text"),
    [
        ("double", "abc"),
        ("double", "1e400"),
        ("float", "3.5e38"),
        ("bigint", "9223372036854775808"),
        ("bigint", "1.0"),
        ("bigint", "0x1F"),
        ("int", "2147483648"),
        ("decimal(5,2)", "1.234"),
        ("decimal(5,2)", "12345.6"),
        ("date", "2026-02-30"),
        ("date", "20260101"),
        ("timestamp", "2026-13-01 00:00:00"),
        ("timestamp", "2026-01-01 00:00:00.1234567"),
        ("boolean", "maybe"),
        ("bigint", ""),
    ],
)
def test_a_bad_value_is_named_with_its_row_and_column(declared: str, text: str) -> None:
    good = {"date": "2026-01-01", "timestamp": "2026-01-01", "boolean": "true"}.get(declared, "1")
    with pytest.raises(SeedError) as caught:
        typed([good, None, good, text, "never reached"], declared)
    article = "an" if declared == "int" else "a"
    assert caught.value.msg == (
        f"seeds/x.csv, data row 4, column x: {text!r} is not {article} {declared}"
    )


def test_a_type_that_no_text_can_have_is_refused() -> None:
    with pytest.raises(SeedError, match="a seed cannot have the type array<int>"):
        typed(["1"], "array<int>")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["1", None, "-3"], "bigint"),
        (["0", "10"], "bigint"),
        (["1", "2.5"], "double"),
        (["0.5", "1e3"], "double"),
        (["true", "False"], "boolean"),
        (["2026-01-01"], "date"),
        (["2026-01-01 00:00:00", "2026-01-01T00:00:00Z"], "timestamp"),
        (["a", "1"], "string"),
        ([None, None], "string"),
        (["007", "1"], "string"),
        (["-01"], "string"),
        (["9223372036854775808"], "string"),
        (["9007199254740993", "0.5"], "string"),
        (["1e400"], "string"),
        (["2026-02-30"], "string"),
        (["NaN"], "string"),
        (["", "1"], "string"),
    ],
)
def test_an_undeclared_column_gets_the_type_its_values_allow(
    values: list[str | None], expected: str
) -> None:
    table = type_columns(pa.table({"x": pa.array(values, pa.string())}), {}, "seeds/x.csv")
    (field,) = column_fields(table, {})
    assert field.type is not None
    assert short(field.type) == expected


def test_declared_names_beyond_the_files_are_ignored() -> None:
    table = pa.table({"X": pa.array(["1"])})
    assert type_columns(table, {"x": "int", "y": "int"}, "s").column("X").to_pylist() == [1]


@pytest.fixture
def csv(tmp_path: Path):
    def write(content: bytes, delimiter: str = ",") -> list[dict]:
        path = tmp_path / "x.csv"
        path.write_bytes(content)
        return read_csv(path, "seeds/x.csv", delimiter).to_pylist()

    return write


def test_null_is_told_from_the_empty_string(csv) -> None:
    assert csv(b'a,b\n1,\n2,""\n') == [{"a": "1", "b": None}, {"a": "2", "b": ""}]


def test_every_character_is_kept(csv) -> None:
    text = 'O\'Brien said "hi",\nthen \\n \t \U0001f600 א null NULL'
    quoted = text.replace('"', '""').encode()
    assert csv(b'a\n"' + quoted + b'"\n') == [{"a": text}]


def test_a_byte_order_mark_other_delimiters_and_line_ends_are_taken(csv) -> None:
    assert csv(b"\xef\xbb\xbfa;b\r\n1;x,y\r\n", ";") == [{"a": "1", "b": "x,y"}]


def test_a_header_alone_is_an_empty_table(csv) -> None:
    assert csv(b"a,b\n") == []


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "seeds/x.csv: the file has no header"),
        (b"a,\n1,2\n", "seeds/x.csv: column 2 has no name"),
        (b"a,A\n1,2\n", "seeds/x.csv: column A is there twice"),
        (b"a,b\n1,2\n1\n", "seeds/x.csv, data row 2: Expected 2 columns, got 1"),
        (b"a\n\xff\xfe\n", "seeds/x.csv, data row 1: not UTF-8 text"),
    ],
)
def test_a_broken_file_is_told_in_one_line(csv, content: bytes, message: str) -> None:
    with pytest.raises(SeedError) as caught:
        csv(content)
    assert caught.value.msg.startswith(message)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SeedError, match=r"seeds/none\.csv: No such file"):
        read_csv(tmp_path / "none.csv", "seeds/none.csv")
