"""The keys of a `type: sparksession` profile."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dbt.adapters.spark.connections import SparkConnectionMethod, SparkCredentials
from dbt_common.exceptions import DbtRuntimeError

from dbt.adapters.sparksession.java import JAVA_COMPILERS

KEYS = (
    "schema",
    "threads",
    "master",
    "memory",
    "java_compiler",
    "warehouse",
    "logs",
    "config",
    "keep_versions",
    "lock_timeout",
    "progress",
)
# what dbt or dbt-spark may hand over besides; they choose nothing here
TOLERATED = ("type", "database", "host", "method")


@dataclass
class SparksessionCredentials(SparkCredentials):  # type: ignore[misc]
    """What a profile says: see docs/adapter.md for each key.

    `schema`: the database that dbt builds into; the one key that must be given.
    `threads`: how many nodes dbt builds at a time.
    `master`: Spark's master, `local[*]` by default; the environment's SPARK_REMOTE goes first.
    `memory`: the driver's memory, such as `3g`.
    `java_compiler`: of a local Spark; `quick` for minutes of short statements, else `full`.
    `warehouse`, `logs`: directories, relative to the dbt project.
    `config`: Spark settings, over the adapter's own.
    `keep_versions`: how many versions of a table stay after a build, the served one included.
    `lock_timeout`: seconds to wait for another build of the schema, on a shared metastore.
    `progress`: whether long nodes show stages, tasks and time.
    """

    master: str = "local[*]"
    memory: str | None = None
    java_compiler: str = "full"
    warehouse: str = "warehouse"
    logs: str = "logs"
    config: dict[str, Any] = field(default_factory=dict)
    keep_versions: int = 2
    lock_timeout: float = 300
    progress: bool = True

    @classmethod
    def __pre_deserialize__(cls, data: Any) -> Any:
        """Refuse keys that this adapter does not know, by name. Raises DbtRuntimeError."""
        unknown = sorted(set(data) - {*KEYS, *TOLERATED})
        if unknown:
            raise DbtRuntimeError(
                f"unknown profile key {', '.join(unknown)}; known are {', '.join(KEYS)}"
            )
        return super().__pre_deserialize__(data)

    def __post_init__(self) -> None:
        self.method = SparkConnectionMethod.SESSION
        self.host = "session"
        super().__post_init__()
        # dbt-spark turns ANSI mode off here; an overflow would become a wrong number
        self.server_side_parameters: dict[str, str] = {}
        if self.java_compiler not in JAVA_COMPILERS:
            raise DbtRuntimeError(
                f"java_compiler must be {' or '.join(JAVA_COMPILERS)}, not {self.java_compiler}"
            )
        if self.keep_versions < 1:
            raise DbtRuntimeError(f"keep_versions must be 1 or more, not {self.keep_versions}")

    def anchor(self, root: Path) -> None:
        """Make `warehouse` and `logs` absolute: relative ones are meant relative to `root`."""
        self.warehouse = str((root / Path(self.warehouse).expanduser()).resolve())
        self.logs = str((root / Path(self.logs).expanduser()).resolve())

    @property
    def type(self) -> str:
        """The adapter's name."""
        return "sparksession"

    @property
    def unique_field(self) -> str:
        """What dbt hashes for its usage statistics."""
        return self.master

    def _connection_keys(self) -> tuple[str, ...]:
        # not `config`: it may hold secrets, and dbt prints and stores what is named here
        return (
            "schema",
            "master",
            "memory",
            "java_compiler",
            "warehouse",
            "logs",
            "keep_versions",
            "progress",
        )
