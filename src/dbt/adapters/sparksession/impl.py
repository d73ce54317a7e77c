"""The adapter: dbt-spark's, on one session, with Python models and atomic publish."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from dbt.adapters.base.impl import ConstraintSupport
from dbt.adapters.base.meta import available
from dbt.adapters.base.relation import BaseRelation
from dbt.adapters.contracts.connection import AdapterResponse
from dbt.adapters.contracts.relation import RelationType
from dbt.adapters.events.logging import AdapterLogger
from dbt.adapters.spark import SparkAdapter, SparkColumn, SparkRelation
from dbt.adapters.spark.impl import SparkConfig
from dbt_common.contracts.constraints import ConstraintType
from dbt_common.exceptions import DbtRuntimeError

from dbt.adapters.sparksession import project_vars
from dbt.adapters.sparksession.column import SparksessionColumn
from dbt.adapters.sparksession.connections import (
    SessionHandle,
    SparksessionConnectionManager,
    Staged,
)
from dbt.adapters.sparksession.csv_file import read_csv
from dbt.adapters.sparksession.errors import database_error
from dbt.adapters.sparksession.increment import Increment, check_strategy
from dbt.adapters.sparksession.model_columns import (
    assert_contract,
    declared_columns,
    table_columns,
)
from dbt.adapters.sparksession.nested_columns import is_part
from dbt.adapters.sparksession.project_function import call_project_function
from dbt.adapters.sparksession.publisher import Build, Publisher
from dbt.adapters.sparksession.python_model import run_python_model
from dbt.adapters.sparksession.relation_entry import entry_of
from dbt.adapters.sparksession.schema_types import Field, literal, quote, short
from dbt.adapters.sparksession.seed_columns import column_fields, type_columns
from dbt.adapters.sparksession.session import open_session
from dbt.adapters.sparksession.spark_types import columns_of
from dbt.adapters.sparksession.type_tree import type_tree
from dbt.adapters.sparksession.versions import built_at

logger = AdapterLogger("Spark")
T = TypeVar("T")


@dataclass
class SparksessionConfig(SparkConfig):  # type: ignore[misc]
    """What a model's config may hold besides dbt-spark's keys."""

    keep_versions: int | None = None
    sorted_by: list[str] | str | None = None
    compression: str | None = None


class SparksessionAdapter(SparkAdapter):  # type: ignore[misc]
    """dbt-spark's adapter on the Spark session of this process."""

    ConnectionManager = SparksessionConnectionManager
    Column = SparksessionColumn
    AdapterSpecificConfigs = SparksessionConfig
    CONSTRAINT_SUPPORT = {  # noqa: RUF012  dbt's own declaration has it so
        **SparkAdapter.CONSTRAINT_SUPPORT,
        ConstraintType.not_null: ConstraintSupport.ENFORCED,
    }

    def __init__(self, config: Any, mp_context: Any) -> None:
        super().__init__(config, mp_context)
        self._publisher = Publisher(config.credentials, self._rows, self._rows_apart, self._session)
        self._building = threading.local()
        self._said: set[str] = set()

    # --- for Jinja: the project's settings and functions -------------------------------------

    @available
    def project_vars(self, package_name: str) -> dict[str, Any]:
        """The vars declared for a package by name; `--vars` may change their values."""
        return project_vars.project_vars(self.config, package_name)

    @available
    def cli_vars(self) -> dict[str, Any]:
        """The vars of `--vars`, all of them."""
        return project_vars.cli_vars(self.config)

    @available
    def call(self, target: str, *args: Any, **kwargs: Any) -> Any:
        """Call a Python function named `package.module:function`; see project_function."""
        return call_project_function(target, *args, **kwargs)

    @available
    def sql_literal(self, text: str) -> str:
        """A string as a Spark SQL literal."""
        return literal(text)

    @available
    def first_time(self, topic: str) -> bool:
        """Whether this run has not asked for `topic` before: what concerns all is said once."""
        if topic in self._said:
            return False
        self._said.add(topic)
        return True

    # --- publishing --------------------------------------------------------------------------

    @available.parse(lambda *a, **k: "")
    def begin_version(self, relation: BaseRelation, incremental: bool = False) -> str:
        """Name a new version of a table, and sweep what builds that did not end have left.

        Returns the name of the view that takes a Python model's DataFrame. If the model fails
        before the version is published, the version is dropped.
        """
        build = self._publisher.begin(relation, incremental)
        self._building.build = build
        self._building.increment = None
        self._building.frame = None
        return build.frame_view

    @available.parse_none
    def stage_query(self, sql: str) -> None:
        """Take a SQL model's query for the version: Spark analyses it here, once for its columns
        and its rows.
        """
        cursor = self._query(sql)
        view = self._building.build.frame_view
        self._stage(cursor.frame, view)
        self._handle().staged = Staged(view, cursor.statement)

    @available.parse(lambda *a, **k: "")
    def create_version(self, model: Mapping[str, Any]) -> str:
        """Create the empty table for the rows of what was staged; returns the statement to fill it.

        With an enforced contract its columns are the declared ones, `not null` where so declared.
        """
        build = self._building.build
        self._publisher.create(build, table_columns(model, self._staged_columns()), model)
        return fill(build)

    @available.parse(lambda *a, **k: "")
    def create_increment(self, model: Mapping[str, Any]) -> str:
        """As create_version, for the new rows of an incremental table; see increment.py."""
        build = self._building.build
        session = self._session()
        increment = Increment(self._publisher, self._rows, session, build, model)
        self._building.increment = increment
        taken = increment.create(table_columns(model, self._staged_columns()))
        increment.refer(partial(self._beside, build.version))
        return fill(build, taken)

    @available.parse_none
    def publish(self, relation: BaseRelation, model: Any) -> int:
        """Check the version and let its name serve it. Returns the rows that were written."""
        build = self._building.build
        if self._building.increment is not None:
            self._building.increment.complete()
        rows = self._publisher.check(build)
        self._publisher.serve(build, model)
        self._end_build()
        return rows

    @available.parse_none
    def check_strategy(self, model: Mapping[str, Any]) -> None:
        """Raise for an incremental strategy that cannot hold."""
        check_strategy(model["config"])

    @available.parse_none
    def view_made(self, relation: BaseRelation) -> None:
        """Take note of a model's own view, and drop the versions of a table that it replaces."""
        self._publisher.note_view(relation)
        self._publisher.drop_all(relation)

    @available.parse(lambda *a, **k: False)
    def is_view_in_metastore(self, relation: BaseRelation) -> bool:
        """Whether a name stands for a view, be it a model's own or a published table's."""
        standing = self._publisher.standing(relation)
        return standing is not None and standing.is_view

    @available.parse(lambda *a, **k: [])
    def partitions_of(self, relation: BaseRelation) -> list[dict[str, str | None]]:
        """The partitions that a table serves, by column the value as text; no file is read."""
        return self._publisher.partitions(relation)

    @available.parse(lambda *a, **k: [])
    def versions_of(self, relation: BaseRelation) -> list[str]:
        """The versions of a table, oldest first, one line each."""
        return [
            f"{name}  begun {built_at(name):%Y-%m-%d %H:%M:%S} UTC  "
            + ("not complete" if rows is None else f"{rows} rows")
            + ("  served" if served else "")
            for name, rows, served in self._publisher.versions(relation)
        ]

    @available.parse(lambda *a, **k: "")
    def roll_back(self, relation: BaseRelation, version: str | None = None) -> str:
        """Let a table serve an earlier version, by default the one before; returns its name."""
        try:
            return self._publisher.roll_back(relation, version)
        finally:
            self._publisher.leave()

    @available.parse(lambda *a, **k: [])
    def sweep(self, schema: str, keep: int | None = None, dry_run: bool = False) -> list[str]:
        """Drop the versions that no table of a schema needs; returns their names."""
        try:
            kept = self.config.credentials.keep_versions if keep is None else keep
            return self._publisher.sweep(schema, kept, dry_run)
        finally:
            self._publisher.leave()

    def post_model_hook(self, config: Mapping[str, Any], context: Any) -> None:
        """Drop the version that a failed model has begun; the published one serves on."""
        build = getattr(self._building, "build", None)
        if build is None:
            return
        if self._building.increment is not None:
            self._building.increment.settle()
        try:
            self._publisher.abandon(build)
            self._end_build()
        except DbtRuntimeError as exc:
            logger.debug(f"{build.version} is left for the next build to drop: {exc}")
        self._building.build = None

    def cleanup_connections(self) -> None:
        """End the run: give back the schemas that were built into."""
        self._publisher.leave()
        super().cleanup_connections()

    def _end_build(self) -> None:
        build = self._building.build
        self._building.build = None
        self._handle().staged = None
        if self._building.frame is not None:
            self._building.frame = None
            self._run(f"drop view if exists {quote(build.frame_view)}")

    # --- Python models -----------------------------------------------------------------------

    @property
    def default_python_submission_method(self) -> str:
        """The only way: in the session of this process."""
        return "session"

    def submit_python_job(
        self, parsed_model: dict[str, Any], compiled_code: str
    ) -> AdapterResponse:
        """Run a Python model and write its DataFrame to the table that its code names."""
        method = parsed_model["config"].get("submission_method", "session")
        if method != "session":
            raise DbtRuntimeError(f"submission_method {method} is not supported: only session is")
        package = parsed_model["package_name"]
        root = Path(self.config.load_dependencies()[package].project_root)
        frame, target = run_python_model(
            compiled_code,
            root / parsed_model["original_file_path"],
            root,
            self._session(),
            project_vars.visible_vars(self.config, package),
            self.config.credentials.progress,
        )
        self._stage(frame, target)
        return SparksessionConnectionManager.get_response(None)

    def _stage(self, frame: Any, view: str) -> None:
        """Let SQL read a DataFrame by the name of a temporary view."""
        try:
            frame.createOrReplaceTempView(view)
        except Exception as exc:
            raise database_error(exc) from exc
        self._building.frame = frame

    def _staged_columns(self) -> list[Field]:
        return columns_of(self._building.frame.schema)

    # --- seeds -------------------------------------------------------------------------------

    @available.parse_none
    def load_seed(self, model: Mapping[str, Any], empty: bool = False) -> None:
        """Read a seed's CSV file, type it, and write it, or none of its rows, to the version."""
        build = self._building.build
        config = model["config"]
        shown = model["original_file_path"]
        table = type_columns(
            read_csv(self._seed_path(model), shown, config.get("delimiter", ",")),
            config.get("column_types") or {},
            shown,
        )
        columns = column_fields(table, config.get("column_types") or {})
        if empty:
            table = table.slice(0, 0)
        # one file, so that the rows keep the order of the CSV and the bytes are always the same
        self._stage(self._session().createDataFrame(table).coalesce(1), build.frame_view)
        self._publisher.create(build, columns, model)
        self._run(fill(build))

    def _seed_path(self, model: Mapping[str, Any]) -> Path:
        project = self.config.load_dependencies().get(model["package_name"])
        root = Path(project.project_root if project else model["root_path"])
        return root.joinpath(model["original_file_path"])

    # --- contracts, columns, drops -----------------------------------------------------------

    @available.parse_none
    def assert_columns(self, model: Mapping[str, Any], sql: str) -> None:
        """Raise unless the columns of `sql` are the declared ones, naming each difference."""
        assert_contract(model, columns_of(self._query(sql).frame.schema))

    @available.parse(lambda *a, **k: [])
    def declared_tree(self, model: Mapping[str, Any]) -> list[str]:
        """The columns that a model's YAML declares, nested fields included, one a line."""
        return type_tree(declared_columns(model))

    @available.parse(lambda *a, **k: {})
    def declared_types(self, model: Mapping[str, Any]) -> dict[str, str]:
        """The types that a model's YAML declares, whole ones of nested columns, by column."""
        return {c.name: short(c.type) for c in declared_columns(model) if c.type is not None}

    @available.parse(lambda *a, **k: {})
    def whole_columns(self, columns: Mapping[str, Any]) -> dict[str, Any]:
        """A model's declared columns without those that are parts of others."""
        return {name: column for name, column in columns.items() if not is_part(name, columns)}

    def parse_columns_from_information(self, relation: BaseRelation) -> list[SparkColumn]:
        """None: `show table extended` shows a nested column as `array`; dbt then describes it."""
        return []

    def parse_describe_extended(self, relation: BaseRelation, raw_rows: Any) -> list[SparkColumn]:
        """The columns of a `describe extended`, as dbt has them elsewhere: counted from 1, with
        their comments.
        """
        rows = list(raw_rows)
        columns = super().parse_describe_extended(relation, raw_rows)
        comments = {row["col_name"]: row["comment"] for row in rows[: len(columns)]}
        own = {row["col_name"]: row["data_type"] for row in rows[len(columns) :]}
        return [
            SparksessionColumn(
                **{**vars(column), "column_index": index},
                column_comment=comments[column.name] or None,
                table_comment=own.get("Comment") or None,
            )
            for index, column in enumerate(columns, start=1)
        ]

    def list_relations_without_caching(self, schema_relation: BaseRelation) -> list[BaseRelation]:
        """The tables and views of a schema; a published table is a table, though served by a view.

        dbt asks for a table where it decides on `is_incremental()`. The session's temporary views,
        which Spark lists too, are left out: they have no schema.
        """
        relations = super().list_relations_without_caching(schema_relation)
        return [self._as_published(relation) for relation in relations if relation.schema]

    def _as_published(self, relation: Any) -> BaseRelation:
        entry = entry_of(relation.information or "", str(relation.schema))
        if entry.version is None:
            return relation  # type: ignore[no-any-return]
        published: BaseRelation = relation.incorporate(type=RelationType.Table)
        return published

    @available.parse_none
    def drop_relation(self, relation: BaseRelation) -> None:
        """Drop a table or view; a published table goes with all its versions."""
        self.cache_dropped(relation)
        standing = self._publisher.standing(relation)
        if standing is not None:
            kind = "view" if standing.is_view else "table"
            self._run(f"drop {kind} if exists {relation.render()}")
            self._publisher.note_dropped(relation)
            if standing.version is not None:
                self._publisher.drop_all(relation)

    def drop_schema(self, relation: BaseRelation) -> None:
        """Drop a schema together with the versions of its tables."""
        self._publisher.forget(str(relation.schema))
        super().drop_schema(relation)

    # --- statements --------------------------------------------------------------------------

    def _run(self, sql: str) -> Any:
        """Run a statement on this thread's connection, shown in dbt's log; returns its cursor."""
        _, cursor = self.connections.add_query(sql, auto_begin=False)
        return cursor

    def _rows(self, sql: str) -> list[Any]:
        rows: list[Any] = self._run(sql).fetchall()
        return rows

    def _rows_apart(self, sql: str) -> list[Any]:
        """Run a statement from a thread that has no connection of dbt's."""
        cursor = SessionHandle(open_session(self.config.credentials), progress=False)
        cursor.execute(sql)
        return cursor.fetchall()

    def _beside(self, name: str, work: Callable[[], T]) -> Future[T]:
        """Do this node's `work` in a thread, on a connection of the thread's own."""

        def connected() -> T:
            with self.connection_named(name):
                return work()

        pool = ThreadPoolExecutor(max_workers=1)
        done = pool.submit(copy_context().run, connected)
        pool.shutdown(wait=False)
        return done

    def _query(self, sql: str) -> SessionHandle:
        """Have Spark analyse a query; returns its cursor."""
        _, cursor = self.connections.add_select_query(sql)
        return cursor  # type: ignore[no-any-return]

    def _handle(self) -> SessionHandle:
        return self.connections.get_thread_connection().handle  # type: ignore[no-any-return]

    def _session(self) -> Any:
        return self._handle().session


def fill(build: Build, columns: list[str] | None = None) -> str:
    """The statement that fills a build's table from what was staged, or from some columns of it."""
    names = "*" if columns is None else ", ".join(map(quote, columns))
    table = build.name(build.table)
    return f"insert into {table} by name\nselect {names} from {quote(build.frame_view)}"


__all__ = ["SparkRelation", "SparksessionAdapter", "SparksessionConfig"]
