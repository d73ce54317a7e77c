"""One builder of a schema at a time, where several processes share a metastore.

The lock is a view in the schema's versions database: to create it is one atomic step of the
metastore, whichever that is. Its properties say who holds it and, every few seconds anew, that the
holder is alive.
"""

from __future__ import annotations

import os
import socket
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dbt.adapters.events.logging import AdapterLogger
from dbt_common.exceptions import DbtRuntimeError

from dbt.adapters.sparksession.linux_process import started_at
from dbt.adapters.sparksession.schema_types import literal, quote

logger = AdapterLogger("Spark")

NAME = "dbt_build_lock"
BEAT = 15.0  # seconds between two signs of life
SILENCE = 90.0  # seconds without one, after which a holder elsewhere counts as dead
PAUSE = 1.0  # seconds between two looks at a lock that another one holds
TAKEN = ("TABLE_OR_VIEW_ALREADY_EXISTS", "AlreadyExists", "already exists")  # Spark, Hive
GONE = "NOT_FOUND"
# of `create view`: Spark found a view of this name, and no more when it looked at it
JUST_GONE = "TABLE_OR_VIEW_NOT_FOUND"

_held: set[str] = set()  # ids of the locks that this process holds

Run = Callable[[str], Any]


class BuildLock:
    """The right to publish into one schema. `run` sends one statement and returns its rows."""

    def __init__(self, run: Run, schema: str, versions: str, wait_seconds: float) -> None:
        self._run = run
        self._schema = schema
        self._name = f"{quote(versions)}.{quote(NAME)}"
        self._versions = versions
        self._wait = wait_seconds
        self.id = uuid.uuid4().hex
        self._done = threading.Event()
        self._beats: threading.Thread | None = None

    def acquire(self) -> None:
        """Take the lock, waiting for another builder to end. Raises DbtRuntimeError in the end."""
        # first, as another thread of this process must not take the new lock for a dead one
        _held.add(self.id)
        try:
            self._wait_for_it()
        except BaseException:
            _held.discard(self.id)
            raise
        self._beats = threading.Thread(target=self._keep_alive, daemon=True, name="dbt-lock")
        self._beats.start()

    def _wait_for_it(self) -> None:
        deadline = time.monotonic() + self._wait
        seen: tuple[str, float] = ("", 0.0)
        told = False
        while not self._create():
            holder = self._holder()
            if holder is None:
                continue
            beat = f"{holder.get('id')} {holder.get('beat')}"
            if beat != seen[0]:
                seen = (beat, time.monotonic())
            if is_dead(holder) or time.monotonic() - seen[1] > SILENCE:
                self._break(holder)
                continue
            if time.monotonic() >= deadline:
                raise DbtRuntimeError(
                    f"Schema {self._schema} is being built by {described(holder)}. Run again when "
                    "that build has ended, or let this one wait longer (lock_timeout in the "
                    "profile, in seconds). A holder that is gone is noticed by itself."
                )
            if not told:
                logger.info(f"Waiting for {described(holder)}, which builds {self._schema}")
                told = True
            time.sleep(PAUSE)

    def check(self) -> None:
        """Raise if another build has the lock now, as when this process stood still for long.

        A lock that is not there is taken again: one that came late may just have moved it.
        """
        holder = self._holder()
        if holder is None and self._create():
            return
        holder = holder or self._holder() or {}
        if holder.get("id") != self.id:
            raise DbtRuntimeError(
                f"This build lost schema {self._schema} to {described(holder)}: who gives no sign "
                f"of life for {SILENCE:.0f} seconds counts as gone. Its last table was not "
                "published. Run it again."
            )

    def release(self) -> None:
        """Give the lock back; a lock that another one has taken meanwhile stays theirs."""
        self._done.set()
        if self._beats is not None:
            self._beats.join(timeout=BEAT)
        _held.discard(self.id)
        try:
            if (self._holder() or {}).get("id") == self.id:
                self._run(f"drop view if exists {self._name}")
        except DbtRuntimeError as exc:
            logger.debug(f"the lock of {self._schema} was not released: {exc}")

    def _create(self) -> bool:
        pairs = ", ".join(
            f"{literal(key)} = {literal(value)}" for key, value in self._signature().items()
        )
        try:
            self._run(f"create view {self._name} tblproperties ({pairs}) as select 1 as held")
        except DbtRuntimeError as exc:
            if _is_taken(exc) or JUST_GONE in str(exc):
                return False
            raise
        return True

    def _signature(self) -> dict[str, str]:
        # Spark shows no property whose name sounds like a secret (`token`)
        return {"id": self.id, "beat": "0", **this_process()}

    def _holder(self) -> dict[str, str] | None:
        try:
            return self._properties(self._name)
        except DbtRuntimeError as exc:
            if GONE in str(exc):
                return None
            raise

    def _properties(self, view: str) -> dict[str, str]:
        return {row[0]: row[1] for row in self._run(f"show tblproperties {view}")}

    def _break(self, holder: dict[str, str]) -> None:
        """Remove a dead holder's lock. Of several that try, the metastore lets one rename it."""
        aside = f"{quote(self._versions)}.{quote(f'{NAME}_{self.id}')}"
        logger.info(f"Taking over {self._schema} from {described(holder)}, which is gone")
        try:
            self._run(f"alter view {self._name} rename to {aside}")
        except DbtRuntimeError as exc:
            if GONE in str(exc):
                return
            raise
        is_dead_ones = self._properties(aside).get("id") == holder.get("id")
        # if not, another one has taken over since the holder was read: what was moved is its lock
        if is_dead_ones or not self._give_back(aside):
            self._run(f"drop view if exists {aside}")

    def _give_back(self, aside: str) -> bool:
        """Put a lock back in its place, unless a third has one there: its holder will notice."""
        try:
            self._run(f"alter view {aside} rename to {self._name}")
        except DbtRuntimeError as exc:
            if _is_taken(exc):
                return False
            raise
        return True

    def _keep_alive(self) -> None:
        count = 0
        while not self._done.wait(BEAT):
            count += 1
            try:
                self._run(f"alter view {self._name} set tblproperties ('beat' = '{count}')")
            except Exception as exc:  # noqa: BLE001  check() asks who holds the lock
                logger.debug(f"no sign of life for the lock of {self._schema}: {exc}")


def _is_taken(error: DbtRuntimeError) -> bool:
    return any(code in str(error) for code in TAKEN)


def this_process() -> dict[str, str]:
    """What tells this process from every other: machine, process id, and when it started."""
    return {
        "machine": _machine(),
        "pid": str(os.getpid()),
        "started": started_at(os.getpid()) or "",
    }


def is_dead(holder: dict[str, str]) -> bool:
    """Whether the holder was on this machine and is certainly gone."""
    if holder.get("machine") != _machine() or not holder.get("pid", "").isdigit():
        return False
    if int(holder["pid"]) == os.getpid():
        return holder.get("id") not in _held
    return started_at(int(holder["pid"])) != holder.get("started")


def described(holder: dict[str, str]) -> str:
    """A holder for a person: process and machine."""
    host = holder.get("machine", "an unknown machine").split("/", 1)[0]
    return f"process {holder.get('pid', '?')} on {host}"


def _machine() -> str:
    # a process id means something within one process namespace only: that of a container, say
    try:
        return f"{socket.gethostname()}/{Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return socket.gethostname()
