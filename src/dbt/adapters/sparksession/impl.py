"""The adapter: dbt-spark's, on one session, with Python models and atomic publish."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from dbt.adapters.base.impl import ConstraintSupport
from dbt.adapters.base.meta import available
from dbt.adapters.base.relation import BaseRelation
from dbt.adapters.contracts.connection import AdapterResponse
from dbt.adapters.contracts.relation import RelationType
from dbt.adapters.events.logging import AdapterLogger
from dbt.adapters.spark import SparkAdapter, SparkColumn, SparkRelation
from dbt.adapters.spark.impl import SparkConfig
from dbt_common.contracts.constraints import ConstraintType
from dbt_common.exceptions import CompilationError, DbtRuntimeError
from dbt_common.invocation import get_invocation_id

from dbt.adapters.sparksession import project_vars
from dbt.adapters.sparksession.connections import SparksessionConnectionManager
from dbt.adapters.sparksession.create_table import create_table
from dbt.adapters.sparksession.csv_file import read_csv
from dbt.adapters.sparksession.errors import database_error
from dbt.adapters.sparksession.project_function import call_project_function
from dbt.adapters.sparksession.python_model import run_python_model
from dbt.adapters.sparksession.schema_types import (
    Field,
    TypeTextError,
    literal,
    parse_type,
    quote,
)
from dbt.adapters.sparksession.seed_columns import column_fields, type_columns
from dbt.adapters.sparksession.settings import derby_metastore
from dbt.adapters.sparksession.spark_types import columns_of
from dbt.adapters.sparksession.type_diff import type_diff
from dbt.adapters.sparksession.versions import (
    expired,
    orphans,
    published_in,
    version_name,
    versions_of,
    versions_schema,
)

logger = AdapterLogger("Spark")

SHARED_MIN_AGE = timedelta(days=1)


@dataclass
class SparksessionConfig(SparkConfig):  # type: ignore[misc]
    """What a model's config may hold besides dbt-spark's keys."""

    keep_versions: int | None = None
    sorted_by: list[str] | str | None = None
    compression: str | None = None


class SparksessionAdapter(SparkAdapter):  # type: ignore[misc]
    """dbt-spark's adapter on the Spark session of this process."""

    ConnectionManager = SparksessionConnectionManager
    AdapterSpecificConfigs = SparksessionConfig
    CONSTRAINT_SUPPORT = {  # noqa: RUF012  dbt's own declaration has it so
        **SparkAdapter.CONSTRAINT_SUPPORT,
        ConstraintType.not_null: ConstraintSupport.ENFORCED,
    }

    def __init__(self, config: Any, mp_context: Any) -> None:
        super().__init__(config, mp_context)
        self._begun = threading.local()

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

    # --- versions ----------------------------------------------------------------------------

    @available.parse_none
    def begin_version(self, relation: BaseRelation) -> BaseRelation:
        """Sweep what killed builds of this table left, and name a new version of it.

        If the model fails before the version is published, it is dropped.
        """
        versions = self._versions_relation(relation)
        self._run(f"create database if not exists {quote(str(versions.schema))}")
        self._sweep_orphans(relation)
        name = version_name(str(relation.identifier), datetime.now(UTC), get_invocation_id())
        version: BaseRelation = self.Relation.create(
            schema=versions.schema, identifier=name, type=RelationType.Table
        )
        self._begun.version = version
        return version

    @available.parse_none
    def create_version(self, version: BaseRelation, model: Mapping[str, Any], sql: str) -> None:
        """Create the empty table that will take the rows of `sql`.

        With an enforced contract its columns are the declared ones, `not null` where so declared.
        """
        config = model["config"]
        if (config.get("contract") or {}).get("enforced"):
            columns = declared_columns(model)
        else:
            columns = columns_of(self._frame(sql).schema)
        self._run(create_table(version.render(), with_comments(columns, model), config))

    @available.parse_none
    def publish(self, relation: BaseRelation, version: BaseRelation, model: Any) -> BaseRelation:
        """Let `relation` serve `version`, in one step of the metastore, and drop old versions."""
        standing = self._standing(relation)
        target: BaseRelation = self.Relation.create(
            schema=relation.schema, identifier=relation.identifier, type=RelationType.View
        )
        query = f"select * from {quote(str(version.schema))}.{quote(str(version.identifier))}"
        comment = _relation_comment(model)
        if standing == "view":
            self._run(f"alter view {target.render()} as {query}")
            if comment is not None:
                self._run(f"alter view {target.render()} set tblproperties ('comment' = {comment})")
        else:
            if standing is not None:
                # a table of another adapter or of an incremental model has to make room
                self._run(f"drop table if exists {target.render()}")
            clause = f"comment {comment} " if comment is not None else ""
            self._run(f"create view {target.render()} {clause}as {query}")
        self._begun.version = None
        keep = (model.get("config") or {}).get("keep_versions")
        self._drop_expired(relation, str(version.identifier), keep)
        return target

    @available.parse_none
    def drop_versions(self, relation: BaseRelation, but_published: bool = False) -> None:
        """Drop every version of a table, or every one but the published."""
        published = self._published(relation) if but_published else None
        for version in self._versions(relation):
            if version != published:
                self._drop_version(relation, version)

    def post_model_hook(self, config: Mapping[str, Any], context: Any) -> None:
        """Drop the version that a failed model has begun; the published one serves on."""
        version = getattr(self._begun, "version", None)
        self._begun.version = None
        if version is not None:
            try:
                self._run(f"drop table if exists {version.render()}")
            except DbtRuntimeError as exc:
                logger.debug(f"{version} is left for the next build to drop: {exc}")

    def _sweep_orphans(self, relation: BaseRelation) -> None:
        # the adapter's own Derby metastore serves this process alone: nobody else is building
        credentials = self.config.credentials
        min_age = timedelta(0) if derby_metastore(credentials) else SHARED_MIN_AGE
        versions = self._versions(relation)
        if not versions:
            return
        published = self._published(relation)
        for version in orphans(versions, published, datetime.now(UTC), min_age):
            logger.debug(f"dropping {version}, left by a build that did not end")
            self._drop_version(relation, version)

    def _drop_expired(self, relation: BaseRelation, published: str, keep: int | None) -> None:
        keep = int(keep or self.config.credentials.keep_versions)
        for version in expired(self._versions(relation), published, keep):
            try:
                self._drop_version(relation, version)
            except DbtRuntimeError as exc:
                # the build is published; an old version too many does no harm
                logger.debug(f"{version} could not be dropped: {exc}")

    def _versions_relation(self, relation: BaseRelation) -> BaseRelation:
        versions: BaseRelation = self.Relation.create(schema=versions_schema(str(relation.schema)))
        return versions

    def _versions(self, relation: BaseRelation) -> list[str]:
        database = quote(versions_schema(str(relation.schema)))
        pattern = literal(f"{str(relation.identifier).lower()}__v*")
        try:
            rows = self._run(f"show tables in {database} like {pattern}").fetchall()
        except DbtRuntimeError as exc:
            if "SCHEMA_NOT_FOUND" in str(exc):
                return []
            raise
        return versions_of(str(relation.identifier), (row[1] for row in rows))

    def _drop_version(self, relation: BaseRelation, version: str) -> None:
        database = quote(versions_schema(str(relation.schema)))
        self._run(f"drop table if exists {database}.{quote(version)}")

    def _information(self, relation: BaseRelation) -> dict[str, str]:
        """What the metastore says of a table or view now, not what dbt has cached; {} if none."""
        try:
            rows = self._run(f"describe extended {relation.render()}").fetchall()
        except DbtRuntimeError as exc:
            if "TABLE_OR_VIEW_NOT_FOUND" in str(exc) or "SCHEMA_NOT_FOUND" in str(exc):
                return {}
            raise
        # the columns come first, and one may be named `Type`; the table's own part comes last
        start = max(i for i, row in enumerate(rows) if row[0].startswith("# Detailed Table"))
        return {row[0]: row[1] for row in rows[start + 1 :]}

    def _standing(self, relation: BaseRelation) -> str | None:
        kind = self._information(relation).get("Type")
        return None if kind is None else "view" if kind == "VIEW" else "table"

    def _published(self, relation: BaseRelation) -> str | None:
        text = self._information(relation).get("View Text", "")
        return published_in(text, str(relation.schema))

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
        )
        self.write_frame(frame, target, parsed_model)
        return SparksessionConnectionManager.get_response(None)

    def write_frame(self, frame: Any, table: str, model: Mapping[str, Any]) -> None:
        """Write a DataFrame to a new table, after its declared types, if any, have been checked.

        Raises DbtRuntimeError with every difference between the declared and the actual schema.
        """
        try:
            actual = columns_of(frame.schema)
        except Exception as exc:
            raise database_error(exc) from exc
        columns = actual
        declared = declared_columns(model)
        if any(column.type for column in declared):
            differences = type_diff(declared, actual)
            if differences:
                raise DbtRuntimeError(
                    "The model's DataFrame is not what its YAML declares:\n"
                    + "\n".join(f"  {difference}" for difference in differences)
                )
            types = {column.name.lower(): column.type for column in actual}
            columns = [Field(c.name, c.type or types[c.name.lower()], c.nullable) for c in declared]
        self._fill(frame, table, with_comments(columns, model), model["config"])

    def _fill(
        self, frame: Any, table: str, columns: list[Field], config: Mapping[str, Any]
    ) -> None:
        view = quote("dbt_frame_" + table.replace("`", "").replace(".", "_"))
        names = ", ".join(quote(column.name) for column in columns)
        try:
            frame.createOrReplaceTempView(view.strip("`"))
        except Exception as exc:
            raise database_error(exc) from exc
        try:
            self._run(f"drop table if exists {table}")
            self._run(create_table(table, columns, config))
            self._run(f"insert into {table} by name\nselect {names} from {view}")
        finally:
            self._run(f"drop view if exists {view}")

    # --- seeds -------------------------------------------------------------------------------

    @available.parse_none
    def load_seed(self, version: BaseRelation, model: Mapping[str, Any]) -> int:
        """Read a seed's CSV file, type it, and write it to `version`. Returns its rows."""
        config = model["config"]
        shown = model["original_file_path"]
        table = type_columns(
            read_csv(self._seed_path(model), shown, config.get("delimiter") or ","),
            config.get("column_types") or {},
            shown,
        )
        columns = column_fields(table, config.get("column_types") or {})
        # one file, so that the rows keep the order of the CSV and the bytes are always the same
        frame = self._session().createDataFrame(table).coalesce(1)
        self._fill(frame, version.render(), with_comments(columns, model), config)
        return int(table.num_rows)

    def _seed_path(self, model: Mapping[str, Any]) -> Path:
        project = self.config.load_dependencies().get(model["package_name"])
        root = Path(project.project_root if project else model["root_path"])
        return root.joinpath(model["original_file_path"])

    # --- contracts, columns, drops -----------------------------------------------------------

    @available.parse_none
    def assert_columns(self, model: Mapping[str, Any], sql: str) -> None:
        """Raise unless the columns of `sql` are the declared ones, naming each difference."""
        differences = type_diff(declared_columns(model), columns_of(self._frame(sql).schema))
        if differences:
            raise CompilationError(
                "This model has an enforced contract that failed.\n"
                + "\n".join(f"  {difference}" for difference in differences)
            )

    def parse_columns_from_information(self, relation: BaseRelation) -> list[SparkColumn]:
        """None: `show table extended` shows a nested column as `array`; dbt then describes it."""
        return []

    @available.parse_none
    def drop_relation(self, relation: BaseRelation) -> None:
        """Drop a table or view; a published view goes with all its versions."""
        published = None
        if relation.schema and relation.is_view:
            published = self._published(relation)
        super().drop_relation(relation)
        if published is not None:
            self.drop_versions(relation)

    # --- statements --------------------------------------------------------------------------

    def _run(self, sql: str) -> Any:
        """Run a statement on this thread's connection, shown in dbt's log; returns its cursor."""
        _, cursor = self.connections.add_query(sql, auto_begin=False)
        return cursor

    def _frame(self, sql: str) -> Any:
        _, cursor = self.connections.add_select_query(sql)
        return cursor.frame

    def _session(self) -> Any:
        return self.connections.get_thread_connection().handle.session


def declared_columns(model: Mapping[str, Any]) -> list[Field]:
    """The columns that a model's YAML declares, `not null` where a constraint says so.

    Raises DbtRuntimeError for a `data_type` that is not a Spark type.
    """
    columns = []
    for column in (model.get("columns") or {}).values():
        text = column.get("data_type")
        try:
            parsed = parse_type(text) if text else None
        except TypeTextError as exc:
            raise DbtRuntimeError(f"column {column['name']}: {exc}") from exc
        constraints: Iterable[Mapping[str, Any]] = column.get("constraints") or []
        nullable = all(c.get("type") not in ("not_null", "primary_key") for c in constraints)
        columns.append(Field(column["name"], parsed, nullable))
    return columns


def with_comments(columns: list[Field], model: Mapping[str, Any]) -> list[Field]:
    """The columns with their YAML descriptions, where `persist_docs` asks for them."""
    if not (model["config"].get("persist_docs") or {}).get("columns"):
        return columns
    described = {
        name.lower(): column.get("description") for name, column in model["columns"].items()
    }
    return [
        Field(c.name, c.type, c.nullable, described.get(c.name.lower()) or None) for c in columns
    ]


def _relation_comment(model: Mapping[str, Any]) -> str | None:
    if not ((model.get("config") or {}).get("persist_docs") or {}).get("relation"):
        return None
    return literal(model.get("description") or "")


__all__ = ["SparkRelation", "SparksessionAdapter", "SparksessionConfig"]
