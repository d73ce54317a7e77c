"""Build the next version of an incremental table: new rows, and old ones that stay.

A partitioned table is not copied. The new rows, and what stays of the partitions they fall into,
go to a data table of this build's own; the version is a table over that directory whose other
partitions point to where they have lain before. So a new day costs that day. What points to the old
partitions is made while the query runs, as the metastore takes 10 ms for each.

Whatever is not partitioned, or has changed its partitioning or, by `sync_all_columns`, a column's
type, is copied.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from typing import Any

from dbt_common.exceptions import DbtRuntimeError

from dbt.adapters.sparksession.create_table import names
from dbt.adapters.sparksession.model_columns import is_held_to_yaml
from dbt.adapters.sparksession.partitions import (
    Place,
    Spec,
    add_partitions,
    as_rows,
    drop_partitions,
    matches,
    spec_of,
)
from dbt.adapters.sparksession.publisher import Build, Publisher, Run
from dbt.adapters.sparksession.schema_change import Evolution, evolve
from dbt.adapters.sparksession.schema_types import Atom, Field, quote, render_type
from dbt.adapters.sparksession.spark_types import columns_of
from dbt.adapters.sparksession.type_diff import type_diff

STRATEGIES = ("append", "insert_overwrite", "microbatch")
LAKES = ("delta", "iceberg", "hudi")
ON_SCHEMA_CHANGE = "ignore"  # dbt's own default

Places = dict[Spec, Place]
Beside = Callable[[Callable[[], Places]], Future[Places]]  # runs work in another thread


def check_strategy(config: Mapping[str, Any]) -> str:
    """The model's incremental strategy. Raises DbtRuntimeError for one that cannot hold here."""
    strategy = config.get("incremental_strategy") or "append"
    file_format = config.get("file_format") or "parquet"
    if file_format in LAKES:
        raise DbtRuntimeError(
            f"incremental models of file_format {file_format} are not supported: tables are "
            "published as versions, which plain formats such as parquet and orc need and lake "
            "formats do not"
        )
    if strategy not in STRATEGIES:
        raise DbtRuntimeError(
            f"incremental_strategy {strategy} is not supported on {file_format}: use "
            f"{', '.join(STRATEGIES)}. To replace single rows, partition the table and overwrite "
            "the partitions they lie in."
        )
    if strategy != "append" and not names(config.get("partition_by")):
        raise DbtRuntimeError(
            f"incremental_strategy {strategy} needs partition_by: it replaces whole partitions"
            if strategy == "insert_overwrite"
            else "incremental_strategy microbatch needs partition_by, or each batch would copy "
            "the whole table"
        )
    return str(strategy)


class Increment:
    """The step from one version of a table to the next."""

    def __init__(
        self, publisher: Publisher, run: Run, session: Any, build: Build, model: Mapping[str, Any]
    ) -> None:
        if build.standing is None or build.standing.version is None:
            raise DbtRuntimeError(
                f"{build.relation} was not built by this adapter: run with --full-refresh to "
                "have it replaced"
            )
        self._publisher = publisher
        self._run = run
        self._session = session
        self._build = build
        self._model = model
        self._config = model["config"]
        self._strategy = check_strategy(self._config)
        self._old = build.name(build.standing.version)
        self._old_version = build.standing.version
        self._evolution = Evolution([], rewrites=False)
        self._referring: Future[Places] | None = None

    def create(self, query: Sequence[Field]) -> list[str] | None:
        """Create the table for the new rows; `query` are the columns of the model's query.

        Returns the columns to take of the query, None for all of them.
        """
        mode = self._config.get("on_schema_change") or ON_SCHEMA_CHANGE
        standing = columns_of(self._session.table(self._old).schema)
        self._evolution = evolve(standing, query, mode)
        columns = self._evolution.columns
        if is_held_to_yaml(self._model):
            # the query's columns are the declared ones, which know what is not null
            declared = {column.name.lower(): column for column in query}
            columns = [declared.get(column.name.lower(), column) for column in columns]
            if differences := type_diff(columns, self._evolution.columns):
                raise DbtRuntimeError(
                    "The YAML declares other types than the table has:\n"
                    + "\n".join(f"  {difference}" for difference in differences)
                    + "\nSet on_schema_change to sync_all_columns, or run with --full-refresh."
                )
        if not self._refers():
            self._build.table = self._build.version
        self._publisher.create(self._build, columns, self._model)
        taken = {column.name.lower() for column in columns}
        if all(column.name.lower() in taken for column in query):
            return None
        return [column.name for column in query if column.name.lower() in taken]

    def refer(self, beside: Beside) -> None:
        """Let the version refer to the old partitions, beside the query of the new rows."""
        if self._build.table != self._build.version:
            self._referring = beside(self._refer)

    def settle(self) -> None:
        """Wait for what runs beside the query, whatever becomes of it."""
        if self._referring is not None:
            self._referring.exception()

    def complete(self) -> None:
        """Bring the old rows that stay into the version, the new ones being there."""
        partitions = self._partition_columns()
        paths = self._paths() if partitions else []
        written = [spec_of(path) for path in paths]
        if self._referring is None:
            self._carry(self._staying(written, partitions))
            return
        places = self._referring.result()
        touched = {*written, *self._in_batch(places, partitions)}
        replaced = [spec for spec in places if spec in touched]
        if replaced and self._strategy != "insert_overwrite":
            self._carry(f"{matches(replaced, partitions)}\n    and {self._staying([], partitions)}")
            paths = self._paths()
        self._serve_partitions(paths, places, replaced, partitions)

    # --- which rows stay ---------------------------------------------------------------------

    def _staying(self, written: Sequence[Spec], partitions: Sequence[Field]) -> str:
        """The condition that the old rows meet which stay."""
        match self._strategy:
            case "append":
                return "true"
            case "microbatch":
                return f"not coalesce({self._batch()}, false)"
            case _:
                staying = f"not {matches(written, partitions)}"
                if condition := self._predicates():
                    staying += f"\n    and not coalesce({condition}, false)"
                return staying

    def _batch(self) -> str:
        """The condition of the rows that belong to the batch being built."""
        event_time = self._config.get("event_time")
        batch = self._model.get("batch") or {}
        start = batch.get("event_time_start")
        end = batch.get("event_time_end")
        if not (event_time and start and end):
            raise DbtRuntimeError("a microbatch model needs event_time and a batch to build")
        column = quote(event_time)
        return f"({column} >= timestamp'{start}' and {column} < timestamp'{end}')"

    def _in_batch(self, places: Mapping[Spec, Place], partitions: Sequence[Field]) -> set[Spec]:
        """The old partitions that hold rows of the batch, which the batch replaces."""
        if self._strategy != "microbatch" or not places:
            return set()
        values = ", ".join(f"cast({quote(column.name)} as string)" for column in partitions)
        rows = self._run(f"select distinct {values} from {self._old} where {self._batch()}")
        return {tuple(row) for row in rows}

    def _predicates(self) -> str:
        """`incremental_predicates` as one condition, empty where there are none."""
        given = self._config.get("incremental_predicates") or self._config.get("predicates") or []
        return " and ".join(f"({one})" for one in ([given] if isinstance(given, str) else given))

    def _matching_predicates(
        self, places: Mapping[Spec, Place], partitions: Sequence[Field]
    ) -> set[Spec]:
        """The old partitions that `incremental_predicates` select, to go even if none comes."""
        condition = self._predicates()
        if self._strategy != "insert_overwrite" or not condition or not places:
            return set()
        specs = list(places)
        rows = self._run(f"select _place from {as_rows(specs, partitions)} where {condition}")
        return {specs[row[0]] for row in rows}

    # --- moving them -------------------------------------------------------------------------

    def _carry(self, condition: str) -> None:
        old = {c.name.lower(): c for c in columns_of(self._session.table(self._old).schema)}
        common = [column for column in self._evolution.columns if column.name.lower() in old]
        selected = ",\n    ".join(_selected(old[c.name.lower()], c) for c in common)
        self._run(
            f"insert into {self._build.name(self._build.table)} by name\n"
            f"select\n    {selected}\nfrom {self._old}\nwhere {condition}"
        )

    def _refer(self) -> Places:
        """Make the version, of the old partitions where they lie but for those that are to go.

        Returns where they lie. Those that the query's rows fall into are known only after it.
        """
        build, partitions = self._build, self._partition_columns()
        old = self._publisher.places(str(build.relation.schema), self._old_version)
        gone = self._matching_predicates(old, partitions)
        staying = {spec: place for spec, place in old.items() if spec not in gone}
        self._publisher.create_over(build, self._evolution.columns, self._model)
        self._add(staying, partitions)
        return staying

    def _serve_partitions(
        self,
        paths: Sequence[str],
        referred: Places,
        replaced: Sequence[Spec],
        partitions: Sequence[Field],
    ) -> None:
        """Complete the version by the increment's partitions, which take others' places."""
        build = self._build
        if replaced:
            self._run(drop_partitions(build.name(build.version), replaced, partitions))
        root = self._publisher.location(build.name(build.table))
        own = {spec_of(path): Place(build.table, f"{root}/{path}") for path in paths}
        self._add(own, partitions)
        places = {spec: place for spec, place in referred.items() if spec not in replaced} | own
        self._publisher.note_places(build, places)

    def _add(self, places: Places, partitions: Sequence[Field]) -> None:
        version = self._build.name(self._build.version)
        locations = {spec: place.location for spec, place in places.items()}
        for statement in add_partitions(version, locations, partitions):
            self._run(statement)

    # --- partitions --------------------------------------------------------------------------

    def _refers(self) -> bool:
        """Whether the version can refer to the old one's partitions instead of copying them."""
        wanted = [name.lower() for name in names(self._config.get("partition_by"))]
        standing = [name.lower() for name in self._publisher.partitioning(self._old)]
        return bool(wanted) and wanted == standing and not self._evolution.rewrites

    def _partition_columns(self) -> list[Field]:
        by_name = {column.name.lower(): column for column in self._evolution.columns}
        return [by_name[name.lower()] for name in names(self._config.get("partition_by"))]

    def _paths(self) -> list[str]:
        """The paths of the partitions that the increment holds."""
        table = self._build.name(self._build.table)
        return [row[0] for row in self._run(f"show partitions {table}")]


def _selected(old: Field, new: Field) -> str:
    """An old column as the new type has it, should that be another.

    Of nested types the insert matches the fields by name; a cast would match them by position.
    """
    name = quote(new.name)
    if old.type != new.type and isinstance(old.type, Atom) and isinstance(new.type, Atom):
        return f"cast({name} as {render_type(new.type)}) as {name}"
    return name
