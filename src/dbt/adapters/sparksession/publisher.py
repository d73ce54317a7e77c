"""Publish tables: build a version beside the served one, check it, let the name serve it.

A published table is a view, `select * from` its version. One statement of the metastore, `alter
view`, exchanges the version for every reader; whoever still reads the old one goes on doing so.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from dbt.adapters.base.relation import BaseRelation
from dbt.adapters.events.logging import AdapterLogger
from dbt_common.exceptions import DbtRuntimeError
from dbt_common.invocation import get_invocation_id

from dbt.adapters.sparksession.build_lock import NAME as LOCK
from dbt.adapters.sparksession.build_lock import BuildLock
from dbt.adapters.sparksession.create_table import create_table
from dbt.adapters.sparksession.credentials import SparksessionCredentials
from dbt.adapters.sparksession.directories import remove_directory, stray_directories
from dbt.adapters.sparksession.model_columns import relation_comment, with_comments
from dbt.adapters.sparksession.partitions import Place, Spec, places_of, values_of
from dbt.adapters.sparksession.relation_entry import Entry, entry_of
from dbt.adapters.sparksession.schema_types import Field, literal, quote
from dbt.adapters.sparksession.settings import derby_metastore
from dbt.adapters.sparksession.versions import (
    base_name,
    data_name,
    is_begun_after,
    is_version,
    kept,
    tables_of,
    unneeded,
    version_name,
    versions_of,
    versions_schema,
)

logger = AdapterLogger("Spark")

# property of a version that was complete when its table was rolled back to an earlier one
COMPLETE = "dbt.complete"
NOT_THERE = ("TABLE_OR_VIEW_NOT_FOUND", "SCHEMA_NOT_FOUND")
CHANGED = ("TABLE_OR_VIEW_NOT_FOUND", "TABLE_OR_VIEW_ALREADY_EXISTS")

Run = Callable[[str], Any]  # one statement; returns its rows


@dataclass
class Build:
    """One version while it is built, and what its name serves meanwhile."""

    relation: BaseRelation
    version: str
    standing: Entry | None
    frame_view: str
    # the table that takes the rows of the query: the version, or the data of an increment
    table: str = field(init=False)

    def __post_init__(self) -> None:
        self.table = self.version

    @property
    def schema(self) -> str:
        """The database of the version."""
        return versions_schema(str(self.relation.schema))

    def name(self, table: str) -> str:
        """A table of the versions database, quoted."""
        return f"{quote(self.schema)}.{quote(table)}"


@dataclass
class _Schema:
    """A versions database as this invocation knows it."""

    tables: set[str]
    entries: dict[str, Entry]  # what the published schema has, by name
    location: str
    lock: BuildLock | None
    in_use: set[str] = field(default_factory=set)  # versions that were served during this run


class Publisher:
    """Builds and publishes for one dbt invocation."""

    def __init__(
        self,
        credentials: SparksessionCredentials,
        run: Run,
        run_apart: Run,
        session: Callable[[], Any],
    ) -> None:
        """`run` sends a statement on this thread's connection; `run_apart` on none of dbt's."""
        self._credentials = credentials
        self._run = run
        self._run_apart = run_apart
        self._session = session
        self._schemas: dict[str, _Schema] = {}
        # by schema and version, which stay as they are
        self._places: dict[tuple[str, str], dict[Spec, Place]] = {}
        self._partitions: dict[tuple[str, str], list[str]] = {}
        self._guard = threading.Lock()

    # --- one table ---------------------------------------------------------------------------

    def begin(self, relation: BaseRelation, incremental: bool) -> Build:
        """Name a new version, after dropping what builds of this table left that did not end."""
        known = self._enter(str(relation.schema))
        standing = self.standing(relation)
        published = standing.version if standing else None
        if published is not None:
            known.in_use.add(published)
        self._drop_leftovers(relation, published)
        name = version_name(str(relation.identifier), datetime.now(UTC), get_invocation_id())
        build = Build(relation, name, standing, f"dbt_frame_{name}")
        if incremental:
            build.table = data_name(name)
        return build

    def create(self, build: Build, columns: list[Field], model: Mapping[str, Any]) -> None:
        """Create the empty table that takes the rows of the model's query."""
        self._keep(model)
        ddl = create_table(build.name(build.table), with_comments(columns, model), model["config"])
        self._add(build, build.table)
        self._run(ddl)

    def create_over(self, build: Build, columns: list[Field], model: Mapping[str, Any]) -> None:
        """Create the version over the directory of an increment's data, its partitions to come."""
        ddl = create_table(
            build.name(build.version), with_comments(columns, model), model["config"]
        )
        self._add(build, build.version)
        self._run(f"{ddl}\nlocation {literal(self.location(build.name(build.table)))}")

    def check(self, build: Build) -> int:
        """Read the count of the rows that were written back from their files. Returns it.

        Partitions that an increment refers to have been read so when they were built.
        """
        return self._count(build.schema, build.table)

    def serve(self, build: Build, model: Mapping[str, Any]) -> None:
        """Let the name serve the version, in one step of the metastore, and drop old versions."""
        relation = build.relation
        known = self._schemas[str(relation.schema)]
        if known.lock is not None:
            known.lock.check()
        query = f"select * from {build.name(build.version)}"
        comment = relation_comment(model)
        try:
            self._exchange(relation, build.standing, query, comment)
        except DbtRuntimeError as exc:
            if not any(code in str(exc) for code in CHANGED):
                raise
            # a hook has dropped or made the relation since the schema was listed
            self._exchange(relation, self._look_up(relation), query, comment)
        self._note(relation, Entry(is_view=True, version=build.version))
        known.in_use.add(build.version)
        try:
            self._drop_unneeded(relation, build.version, self._keep(model))
        except Exception as exc:  # noqa: BLE001
            # the build is published; an old version too many does no harm
            logger.debug(f"old versions of {relation} could not be dropped: {exc}")

    def _exchange(
        self, relation: BaseRelation, standing: Entry | None, query: str, comment: str | None
    ) -> None:
        target = f"{quote(str(relation.schema))}.{quote(str(relation.identifier))}"
        if standing is not None and standing.is_view:
            self._run(f"alter view {target} as {query}")
            if comment is not None:
                self._run(f"alter view {target} set tblproperties ('comment' = {comment})")
            return
        if standing is not None:
            # a table that another adapter built has to make room
            self._run(f"drop table if exists {target}")
        clause = f"comment {comment} " if comment is not None else ""
        self._run(f"create view {target} {clause}as {query}")

    def abandon(self, build: Build) -> None:
        """Drop a version that failed; what the name serves stays.

        The metastore is asked: publishing can fail after the name was let serve the version.
        """
        known = self._schemas[str(build.relation.schema)]
        standing = self._look_up(build.relation)
        if standing is not None and standing.version == build.version:
            self._note(build.relation, standing)
            return
        for table in unneeded({build.version, build.table} & known.tables, ()):
            self._drop(known, build.schema, table)

    def drop_all(self, relation: BaseRelation) -> None:
        """Drop every version of a table."""
        known = self._enter(str(relation.schema))
        tables = tables_of(str(relation.identifier), known.tables)
        for table in unneeded(tables, ()):
            self._drop(known, versions_schema(str(relation.schema)), table)

    def standing(self, relation: BaseRelation) -> Entry | None:
        """What the metastore has under a name; None for nothing.

        A schema that was entered was listed then, no other build being in it; what this one has
        done since is noted. dbt's own cache may be older: it is filled before the schema is locked.
        """
        known = self._schemas.get(str(relation.schema))
        if known is None:
            return self._look_up(relation)
        return known.entries.get(str(relation.identifier).lower())

    def note_view(self, relation: BaseRelation) -> None:
        """Take note that a view of a model's own was made."""
        self._note(relation, Entry(is_view=True, version=None))

    def note_dropped(self, relation: BaseRelation) -> None:
        """Take note that a table or view is there no more."""
        self._note(relation, None)

    def _note(self, relation: BaseRelation, entry: Entry | None) -> None:
        known = self._schemas.get(str(relation.schema))
        name = str(relation.identifier).lower()
        if known is not None and entry is not None:
            known.entries[name] = entry
        elif known is not None:
            known.entries.pop(name, None)

    def _look_up(self, relation: BaseRelation) -> Entry | None:
        name = str(relation.identifier).lower()
        return self._list(str(relation.schema), name).get(name)

    def partitions(self, relation: BaseRelation) -> list[dict[str, str | None]]:
        """The partitions that a table serves: by column the value, as text; None for NULL.

        Read from the metastore alone. Raises DbtRuntimeError for a table without partitions.
        """
        standing = self.standing(relation)
        if standing is None or standing.version is None:
            raise DbtRuntimeError(f"{relation} was not built by this adapter")
        key = (str(relation.schema), standing.version)
        if key not in self._partitions:
            name = f"{quote(versions_schema(key[0]))}.{quote(standing.version)}"
            self._partitions[key] = [row[0] for row in self._run(f"show partitions {name}")]
        return [values_of(path) for path in self._partitions[key]]

    def files(self, schema: str, version: str) -> list[str]:
        """The URIs of a version's files."""
        name = f"{quote(versions_schema(schema))}.{quote(version)}"
        files: list[str] = self._session().table(name).inputFiles()
        return files

    def places(self, schema: str, version: str) -> dict[Spec, Place]:
        """Where each partition of a version lies that has a file; asked once, as versions stay."""
        key = (schema, version)
        if key not in self._places:
            self._places[key] = places_of(self.files(schema, version))
        return self._places[key]

    def note_places(self, build: Build, places: dict[Spec, Place]) -> None:
        """Take note of where the partitions of a version lie, which spares listing its files."""
        self._places[str(build.relation.schema), build.version] = places

    def location(self, table: str) -> str:
        """The directory of a table."""
        return str(self._described(table)["location"])

    def partitioning(self, table: str) -> list[str]:
        """The columns that a table is partitioned by, none if it is not."""
        return list(self._described(table).get("partition_columns") or [])

    def _described(self, table: str) -> dict[str, Any]:
        described: dict[str, Any] = json.loads(
            self._run(f"describe extended {table} as json")[0][0]
        )
        return described

    # --- a schema ----------------------------------------------------------------------------

    def versions(self, relation: BaseRelation) -> list[tuple[str, int | None, bool]]:
        """The versions of a table, oldest first: name, rows (None: not complete), served."""
        schema = versions_schema(str(relation.schema))
        listed = self._list(schema, f"{relation.identifier}__v*")
        standing = self._look_up(relation)
        served = (standing.version if standing else None) or ""
        return [
            (name, self._count(schema, name) if is_complete else None, name == served)
            for name in versions_of(str(relation.identifier), listed)
            # what a killed build has left was begun after the version that is served
            for is_complete in [name <= served or COMPLETE in listed[name].properties]
        ]

    def roll_back(self, relation: BaseRelation, version: str | None) -> str:
        """Let a table serve an earlier version: the one named, or the one before. Returns it.

        Raises DbtRuntimeError when there is none such, or when it is not complete.
        """
        self._enter(str(relation.schema))
        versions = self.versions(relation)
        served = next((name for name, _, is_served in versions if is_served), None)
        complete = [name for name, rows, _ in versions if rows is not None]
        if served is None:
            raise DbtRuntimeError(f"{relation} serves no version: there is nothing to roll back")
        earlier = [name for name in complete if name < served]
        if version is None and not earlier:
            raise DbtRuntimeError(f"{relation} has no version before {served}")
        chosen = version or earlier[-1]
        if chosen not in complete:
            raise DbtRuntimeError(
                f"{chosen} is no complete version of {relation}; there are: {', '.join(complete)}"
            )
        database = quote(versions_schema(str(relation.schema)))
        for later in (name for name in complete if name > chosen):
            self._run(
                f"alter table {database}.{quote(later)} "
                f"set tblproperties ({literal(COMPLETE)} = 'true')"
            )
        target = f"{quote(str(relation.schema))}.{quote(str(relation.identifier))}"
        self._run(f"alter view {target} as select * from {database}.{quote(chosen)}")
        return chosen

    def sweep(self, schema: str, keep: int, dry_run: bool) -> list[str]:
        """Drop all that no table of a schema needs: old, failed and stray versions.

        Returns what was dropped, or would be.
        """
        known = self._enter(schema)
        served = {entry.version for entry in self._list(schema).values() if entry.version}
        needed: set[str] = set()
        for name in {base_name(table) for table in known.tables}:
            versions = versions_of(name, known.tables)
            published = next((version for version in versions if version in served), None)
            if published is not None:
                needed |= self._needed(schema, tables_of(name, known.tables), published, keep)
        dropped = unneeded(known.tables, needed)
        if not dry_run:
            for table in dropped:
                self._drop(known, versions_schema(schema), table)
        return dropped

    def leave(self) -> None:
        """Give back what this invocation holds."""
        with self._guard:
            for known in self._schemas.values():
                if known.lock is not None:
                    known.lock.release()
            self._schemas.clear()

    def forget(self, schema: str) -> None:
        """Take note that a schema was dropped, its versions and its lock with it."""
        with self._guard:
            known = self._schemas.pop(schema, None)
            if known is not None and known.lock is not None:
                known.lock.release()

    # --- within ------------------------------------------------------------------------------

    def _enter(self, schema: str) -> _Schema:
        """Make a schema ready for publishing, once an invocation."""
        with self._guard:
            if schema not in self._schemas:
                self._schemas[schema] = self._open(schema)
            return self._schemas[schema]

    def _open(self, schema: str) -> _Schema:
        versions = versions_schema(schema)
        self._run(f"create database if not exists {quote(versions)}")
        lock = None
        # the adapter's own Derby metastore serves one process, which needs no lock
        if derby_metastore(self._credentials) is None:
            lock = BuildLock(self._run_apart, schema, versions, self._credentials.lock_timeout)
            lock.acquire()
        try:
            listed = (row[1].lower() for row in self._run(f"show tables in {quote(versions)}"))
            tables = {table for table in listed if is_version(table)}
            entries = self._list(schema)
            rows = self._run(f"describe database {quote(versions)}")
            location = next(row[1] for row in rows if row[0] == "Location")
            self._remove_strays(location, tables)
        except BaseException:
            if lock is not None:
                lock.release()
            raise
        return _Schema(tables, entries, location, lock)

    def _remove_strays(self, location: str, tables: set[str]) -> None:
        try:
            for name in stray_directories(self._session(), location, tables):
                logger.debug(f"removing {location}/{name}, which no table has")
                remove_directory(self._session(), location, name)
        except Exception as exc:  # noqa: BLE001  strays do no harm but to disk space
            logger.debug(f"{location} could not be cleared of strays: {exc}")

    def _drop_leftovers(self, relation: BaseRelation, published: str | None) -> None:
        """Drop what was begun after the published version: builds that did not end."""
        known = self._schemas[str(relation.schema)]
        tables = tables_of(str(relation.identifier), known.tables)
        later = [t for t in tables if published is None or is_begun_after(t, published)]
        for table in unneeded(later, known.in_use):
            logger.debug(f"dropping {table}, left by a build that did not end")
            self._drop(known, versions_schema(str(relation.schema)), table)

    def _drop_unneeded(self, relation: BaseRelation, published: str, keep: int) -> None:
        known = self._schemas[str(relation.schema)]
        tables = tables_of(str(relation.identifier), known.tables)
        needed = self._needed(str(relation.schema), tables, published, keep)
        for table in unneeded(tables, needed):
            self._drop(known, versions_schema(str(relation.schema)), table)

    def _needed(self, schema: str, tables: list[str], published: str, keep: int) -> set[str]:
        """Those of a table's versions and data that stay."""
        known = self._schemas[schema]
        versions = [table for table in tables if versions_of(base_name(table), [table])]
        stay = {*kept(versions, published, keep), *(known.in_use & set(versions))}
        if len(versions) < len(tables):  # increments: versions that read others' directories
            for version in list(stay):
                places = self.places(schema, version).values()
                stay |= {place.table for place in places} | {data_name(version)}
        return stay & set(tables)

    def _keep(self, model: Mapping[str, Any]) -> int:
        """How many versions of a model's table stay."""
        keep = (model.get("config") or {}).get("keep_versions") or self._credentials.keep_versions
        if not str(keep).isdigit():
            raise DbtRuntimeError(f"keep_versions is {keep!r}: it takes a whole number from 1 on")
        return int(keep)

    def _add(self, build: Build, table: str) -> None:
        self._schemas[str(build.relation.schema)].tables.add(table)

    def _drop(self, known: _Schema, database: str, table: str) -> None:
        self._run(f"drop table if exists {quote(database)}.{quote(table)}")
        known.tables.discard(table)

    def _count(self, database: str, table: str) -> int:
        return int(self._run(f"select count(*) from {quote(database)}.{quote(table)}")[0][0])

    def _list(self, schema: str, pattern: str = "*") -> dict[str, Entry]:
        """The tables and views of a database, by name, without the lock.

        Spark lists the session's temporary views too: they are in no database.
        """
        statement = f"show table extended in {quote(schema)} like {literal(pattern)}"
        try:
            rows = self._run(statement)
        except DbtRuntimeError as exc:
            if any(code in str(exc) for code in NOT_THERE):
                return {}
            raise
        return {
            name.lower(): entry_of(information, schema)
            for _, name, is_temporary, information in rows
            if not is_temporary and name != LOCK
        }
