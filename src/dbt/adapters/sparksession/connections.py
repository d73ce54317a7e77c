"""dbt's connections, all of them on the one Spark session."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from multiprocessing.context import SpawnContext
from pathlib import Path
from typing import Any, NamedTuple

from dbt.adapters.contracts.connection import (
    AdapterRequiredConfig,
    AdapterResponse,
    Connection,
    ConnectionState,
)
from dbt.adapters.events.logging import AdapterLogger
from dbt.adapters.spark.connections import SparkConnectionManager
from dbt_common.exceptions import DbtRuntimeError

from dbt.adapters.sparksession import interrupt
from dbt.adapters.sparksession.errors import database_error
from dbt.adapters.sparksession.progress import shown
from dbt.adapters.sparksession.schema_types import literal
from dbt.adapters.sparksession.session import cancel_jobs, kill_java, open_early, open_session

logger = AdapterLogger("Spark")

# Commands for which Spark starts while dbt still parses the project.
NEED_SPARK = ("build", "run", "seed", "snapshot", "test")


class Staged(NamedTuple):
    """A temporary view that stands for a model's query, and that query as it was sent."""

    view: str
    query: str


class SessionHandle:
    """One dbt connection: the shared session, and the statement that was run last on it.

    It is its own cursor, which is all that dbt asks of one.
    """

    def __init__(self, session: Any, progress: bool = True, staged: Staged | None = None) -> None:
        self.session = session
        self.progress = progress
        self.staged = staged
        self.frame: Any = None
        self.statement = ""
        self._rows: Iterator[tuple[Any, ...]] | None = None

    def cursor(self) -> SessionHandle:
        """A fresh cursor."""
        return SessionHandle(self.session, self.progress, self.staged)

    def execute(self, sql: str, bindings: Sequence[Any] | None = None) -> None:
        """Run one statement; commands run at once, a query when its rows are asked for."""
        sql = sql.strip().removesuffix(";")
        if bindings is not None:
            sql = sql % tuple(sql_literal(binding) for binding in bindings)
        self.statement = sql
        try:
            with shown(self.session, self.progress):
                self.frame = self.session.sql(sql)
        except Exception as exc:
            raise database_error(exc, sql, self._staged_in(sql)) from exc

    @property
    def description(self) -> list[tuple[str, str, None, None, None, None, bool]]:
        """Name and type of each column, in the form of the Python database API."""
        if self.frame is None:
            return []
        return [
            (field.name, field.dataType.simpleString(), None, None, None, None, field.nullable)
            for field in self.frame.schema.fields
        ]

    def fetchall(self) -> list[tuple[Any, ...]]:
        """The rows that are left."""
        return list(self._remaining())

    def fetchmany(self, size: int) -> list[tuple[Any, ...]]:
        """The next `size` rows at most."""
        rows = self._remaining()
        return [row for _, row in zip(range(size), rows, strict=False)]

    def fetchone(self) -> tuple[Any, ...] | None:
        """The next row, or None."""
        return next(self._remaining(), None)

    def cancel(self) -> None:
        """Stop what the session runs, for every connection: dbt cancels only to end."""
        cancel_jobs()

    def close(self) -> None:
        """Forget the statement; the session stays for the others."""
        self.frame = None
        self._rows = None

    def rollback(self) -> None:
        """Spark has no transactions: nothing to undo."""

    def _staged_in(self, sql: str) -> str | None:
        """The model's query, if a statement reads its view."""
        return self.staged.query if self.staged and self.staged.view in sql else None

    def _remaining(self) -> Iterator[tuple[Any, ...]]:
        if self._rows is None:
            if self.frame is None:
                return iter(())
            try:
                types = [field.dataType for field in self.frame.schema.fields]
                with shown(self.session, self.progress):
                    rows = self.frame.collect()
            except Exception as exc:
                raise database_error(exc, self.statement) from exc
            self._rows = iter(
                [tuple(map(plain_value, row, types)) for row in rows],
            )
        return self._rows


class SparksessionConnectionManager(SparkConnectionManager):  # type: ignore[misc]
    """Opens the session for the first connection that needs it."""

    TYPE = "sparksession"

    def __init__(self, profile: AdapterRequiredConfig, mp_context: SpawnContext) -> None:
        super().__init__(profile, mp_context)
        interrupt.install(cancel_jobs, kill_java)
        # `dbt debug` comes with a profile and no project; then the working directory counts
        root = getattr(profile, "project_root", None) or Path.cwd()
        profile.credentials.anchor(Path(root))  # type: ignore[attr-defined]
        command = getattr(getattr(profile, "args", None), "which", None)
        if command in NEED_SPARK and interrupt.is_command():
            open_early(profile.credentials)  # type: ignore[arg-type]

    @classmethod
    def open(cls, connection: Connection) -> Connection:
        """Give the connection the session, opening that if need be."""
        if connection.state == ConnectionState.OPEN:
            return connection
        session = open_session(connection.credentials)
        connection.handle = SessionHandle(session, connection.credentials.progress)
        connection.state = ConnectionState.OPEN  # type: ignore[assignment]
        return connection

    @contextmanager
    def exception_handler(self, sql: str) -> Generator[None, None, None]:
        """Turn what a statement raises into dbt's exceptions; the statement goes to the log."""
        try:
            yield
        except DbtRuntimeError:
            logger.debug(f"Error while running:\n{sql}")
            raise
        except Exception as exc:
            logger.debug(f"Error while running:\n{sql}")
            raise database_error(exc) from exc

    @classmethod
    def get_response(cls, cursor: Any) -> AdapterResponse:
        """Spark reports no counts."""
        return AdapterResponse(_message="OK")


def plain_value(value: Any, data_type: Any) -> Any:
    """A value of a row as dbt can show it: structs as dicts, timestamps in UTC without a zone.

    pyspark hands a timestamp over in the time zone of this process; dbt takes it for UTC.
    """
    if value is None:
        return None
    match data_type.typeName():
        case "timestamp":
            return value.astimezone(UTC).replace(tzinfo=None)
        case "array":
            return [plain_value(element, data_type.elementType) for element in value]
        case "map":
            return {
                plain_value(key, data_type.keyType): plain_value(item, data_type.valueType)
                for key, item in value.items()
            }
        case "struct":
            return {
                field.name: plain_value(item, field.dataType)
                for field, item in zip(data_type.fields, value, strict=True)
            }
        case _:
            return value


def sql_literal(value: Any) -> str:
    """A Python value as Spark SQL, exactly: NULL stays NULL, integers keep every digit."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            return f"cast('{value!r}' as double)"
        case datetime():
            return f"timestamp'{value.isoformat(sep=' ')}'"
        case _:
            return literal(str(value))
