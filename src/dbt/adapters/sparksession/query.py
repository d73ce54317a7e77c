"""Print what a query returns as CSV: `python -m dbt.adapters.sparksession.query "select ..."`.

Reads the dbt project's profile, so that the query sees what dbt built, by plain table names.
Only the CSV goes to stdout. Quoting is that of RFC 4180, a line ends in one newline, NULL is an
empty field and the empty string is `""`. Timestamps are ISO 8601 in UTC, nested values JSON.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import json
import math
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC
from decimal import Decimal
from pathlib import Path
from typing import Any, TextIO

import yaml
from dbt.config.runtime import load_profile
from dbt.exceptions import DbtProjectError
from dbt.flags import set_from_args
from dbt_common.context import set_invocation_context
from dbt_common.events.event_manager_client import cleanup_event_logger
from dbt_common.exceptions import DbtBaseException, DbtRuntimeError

from dbt.adapters.sparksession.credentials import SparksessionCredentials
from dbt.adapters.sparksession.errors import database_error
from dbt.adapters.sparksession.schema_types import quote
from dbt.adapters.sparksession.session import close_session, open_session


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code: 0, or 1 after one error on stderr."""
    options = _parser().parse_args(arguments)
    # dbt's events go to stdout unless told otherwise, and stdout is the CSV's
    cleanup_event_logger()
    try:
        credentials = project_credentials(options)
        session = open_session(credentials)
        for line in csv_lines(session, str(credentials.schema), options.query):
            sys.stdout.write(line)
        sys.stdout.flush()
    except BrokenPipeError:
        # the reader (`| head`) has had enough; leave nothing to flush at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except DbtBaseException as exc:
        _complain(str(getattr(exc, "msg", exc)), sys.stderr)
        return 1
    finally:
        close_session()
    return 0


def read_tables(project_dir: str, queries: Mapping[str, str]) -> dict[str, list[dict[str, Any]]]:
    """The rows of small queries by name, as dictionaries, on the project's Spark.

    Raises DbtBaseException as `main` would tell it.
    """
    options = _parser().parse_args(["", "--project-dir", project_dir])
    cleanup_event_logger()
    credentials = project_credentials(options)
    session = open_session(credentials)
    try:
        session.sql(f"use {quote(str(credentials.schema))}")
        return {
            name: [row.asDict(recursive=True) for row in session.sql(sql).collect()]
            for name, sql in queries.items()
        }
    except Exception as exc:
        raise database_error(exc) from exc
    finally:
        close_session()


def project_credentials(options: argparse.Namespace) -> SparksessionCredentials:
    """The credentials that dbt would use for the project, with absolute paths.

    Raises DbtBaseException when the project or the profile cannot be read or is of another type.
    """
    root = Path(options.project_dir).resolve()
    profiles = options.profiles_dir or os.environ.get("DBT_PROFILES_DIR")
    if profiles is None:
        profiles = root if (root / "profiles.yml").exists() else Path.home() / ".dbt"
    if not (root / "dbt_project.yml").exists():
        raise DbtProjectError(f"{root} is not a dbt project: it has no dbt_project.yml")
    values = yaml.safe_load(options.vars) or {}
    set_invocation_context(os.environ)  # where env_var() in a profile looks
    set_from_args(
        argparse.Namespace(
            PROFILES_DIR=Path(profiles).resolve(),
            project_dir=root,
            profile=options.profile,
            target=options.target,
            vars=values,
            send_anonymous_usage_stats=False,
        ),
        None,
    )
    profile = load_profile(str(root), values, options.profile, options.target)
    credentials = profile.credentials
    if not isinstance(credentials, SparksessionCredentials):
        raise DbtRuntimeError(f"the profile's type is {credentials.type}, not sparksession")
    credentials.anchor(root)
    return credentials


def csv_lines(session: Any, schema: str, sql: str) -> Iterator[str]:
    """The lines of the CSV, header first, each with its newline; none for a statement that returns
    no columns.
    """
    try:
        # a database that dbt has not yet built is no reason to refuse `show databases`
        with contextlib.suppress(Exception):
            session.sql(f"use {quote(schema)}")
        frame = session.sql(sql.strip().removesuffix(";"))
        types = [field.dataType for field in frame.schema.fields]
        if not types:
            return
        yield ",".join(csv_field(name) for name in frame.columns) + "\n"
        for row in frame.toLocalIterator():
            yield ",".join(csv_value(*pair) for pair in zip(row, types, strict=True)) + "\n"
    except Exception as exc:
        raise database_error(exc) from exc


def csv_value(value: Any, data_type: Any) -> str:
    """One value as a CSV field, NULL as nothing."""
    plain = json_value(value, data_type)
    if plain is None:
        return ""
    if isinstance(plain, str):
        return csv_field(plain)
    return csv_field(json.dumps(plain, ensure_ascii=False, separators=(",", ":")))


def csv_field(text: str) -> str:
    """Quote a text where RFC 4180 asks for it; the empty one always, to tell it from NULL."""
    if text == "" or any(character in text for character in ',"\r\n'):
        return '"' + text.replace('"', '""') + '"'
    return text


def json_value(value: Any, data_type: Any) -> Any:
    """A value of Spark as one that JSON has; what JSON lacks (NaN, decimals) as text."""
    if value is None:
        return None
    match data_type.typeName():
        case "timestamp":
            return value.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
        case "timestamp_ntz" | "date":
            return value.isoformat()
        case "array":
            return [json_value(element, data_type.elementType) for element in value]
        case "map":
            return {
                str(json_value(key, data_type.keyType)): json_value(item, data_type.valueType)
                for key, item in value.items()
            }
        case "struct":
            return {
                field.name: json_value(item, field.dataType)
                for field, item in zip(data_type.fields, value, strict=True)
            }
        case "binary":
            return base64.b64encode(bytes(value)).decode()
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, Decimal):
        return format(value, "f")
    return value if isinstance(value, (bool, int, float, str)) else str(value)


def _complain(message: str, stream: TextIO) -> None:
    stream.write(message.strip() + "\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m dbt.adapters.sparksession.query",
        description="Run one SQL query on the project's Spark and print CSV.",
    )
    parser.add_argument("query", help="the SQL; the profile's schema is the default database")
    parser.add_argument("--project-dir", default=".", help="the dbt project (default: here)")
    parser.add_argument("--profiles-dir", help="where profiles.yml is (default: as dbt looks)")
    parser.add_argument("--profile", help="another profile than the project's")
    parser.add_argument("--target", help="another target than the profile's")
    parser.add_argument("--vars", default="{}", help="vars for the profile's Jinja, as YAML")
    return parser


if __name__ == "__main__":
    sys.exit(main())
