"""Read a seed's CSV file as text, exactly: every column a string, NULL told from empty."""

from __future__ import annotations

import re
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
from dbt_common.exceptions import CompilationError, DbtRuntimeError


class SeedError(DbtRuntimeError):
    """A seed file cannot be read; the message names the file, the data row and the column."""


def read_csv(path: Path, shown: str, delimiter: str = ",") -> pa.Table:
    """Read a CSV file with a header into a table of string columns.

    An empty field is NULL, a quoted empty one the empty string. Quotes are doubled inside quotes;
    a backslash is a character like any other; a quoted field may hold newlines. UTF-8, with or
    without a byte-order mark. Blank lines are skipped.

    `shown` is the file's name in messages. Raises SeedError.
    """
    if len(delimiter) != 1:
        raise CompilationError(f"{shown}: a delimiter is one character, not {delimiter!r}")
    try:
        with path.open("rb") as stream:
            header = _header(stream.readline(), shown, delimiter)
            if not stream.read(1):
                # pyarrow wants a newline after the header
                return pa.table({name: pa.array([], pa.string()) for name in header})
        return pyarrow.csv.read_csv(
            path,
            # one thread: only so does pyarrow say which row is broken
            read_options=pyarrow.csv.ReadOptions(use_threads=False, encoding="utf8"),
            parse_options=pyarrow.csv.ParseOptions(
                delimiter=delimiter, double_quote=True, escape_char=False, newlines_in_values=True
            ),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types=dict.fromkeys(header, pa.string()),
                strings_can_be_null=True,
                null_values=[""],
                quoted_strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid as exc:
        raise SeedError(f"{shown}{_where(str(exc))}") from exc
    except OSError as exc:
        raise SeedError(f"{shown}: {exc.strerror or exc}") from exc


def _header(line: bytes, shown: str, delimiter: str) -> list[str]:
    """The column names, checked: none empty, none twice (Spark knows no case)."""
    text = line.removeprefix(b"\xef\xbb\xbf")
    if not text.strip():
        raise SeedError(f"{shown}: the file has no header")
    table = pyarrow.csv.read_csv(
        pa.BufferReader(text.rstrip(b"\r\n") + b"\n"),
        read_options=pyarrow.csv.ReadOptions(use_threads=False),
        parse_options=pyarrow.csv.ParseOptions(delimiter=delimiter),
    )
    names: list[str] = table.column_names
    for position, name in enumerate(names, start=1):
        if not name.strip():
            raise SeedError(f"{shown}: column {position} has no name")
        if name.lower() in (other.lower() for other in names[: position - 1]):
            raise SeedError(f"{shown}: column {name} is there twice")
    return names


def _where(message: str) -> str:
    """pyarrow's message with its row number, which counts the header, as a data row."""
    found = re.search(r"Row #(\d+): (.*)", message, re.DOTALL)
    if found and "invalid UTF8" in found[2]:
        return f", data row {int(found[1]) - 1}: not UTF-8 text"
    if found:
        return f", data row {int(found[1]) - 1}: {found[2][:200]}"
    if "invalid UTF8" in message:
        return ": not UTF-8 text"
    return f": {message}"
