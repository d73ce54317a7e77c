"""What long nodes are at: one live line on a terminal, a rare line in a log.

The statements of a node run under a Spark job group of the node's own. One thread looks at the
groups once a second, and only at those of nodes that run for long; a short node costs one call of
the JVM, which names its group.
"""

from __future__ import annotations

import contextlib
import contextvars
import logging
import os
import shutil
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from dbt.adapters.events.logging import AdapterLogger
from dbt.flags import get_flags
from dbt_common.events.contextvars import get_node_info

logger = AdapterLogger("Spark")

LONG = 5.0  # seconds after which a node has a progress line
FIRST_LOG = 30.0  # seconds after which it has one in the log; the next ones after twice the time
TICK = 1.0
CLEAR = "\r\x1b[2K"
CONSOLE = "stdout_log"  # dbt's logger of its console lines


@dataclass(frozen=True)
class Counts:
    """Stages and tasks of a node's jobs, so far as Spark has planned them."""

    stages_done: int = 0
    stages: int = 0
    tasks_done: int = 0
    tasks: int = 0


@dataclass
class Node:
    """A node that runs in some thread, since `begun` (of time.monotonic)."""

    name: str
    key: str
    group: str
    begun: float
    session: Any = None
    depth: int = 0
    next_log: float = field(default_factory=lambda: FIRST_LOG)
    stages: dict[int, tuple[bool, int, int]] = field(default_factory=dict)
    jobs_done: set[int] = field(default_factory=set)
    context: contextvars.Context | None = None


_lock = threading.RLock()
_nodes: dict[int, Node] = {}
_watcher: threading.Thread | None = None
_drawn = False
_quiet_until = 0.0


@contextlib.contextmanager
def shown(session: Any, enabled: bool = True) -> Iterator[None]:
    """Run something of the present node on Spark; if it takes long, it is shown."""
    if not enabled:
        yield
        return
    node = _enter(session)
    try:
        yield
    finally:
        with _lock:
            node.depth -= 1
            if node.depth == 0:
                _clear()


def line(node: Node, counts: Counts, now: float, brief: bool = False) -> str:
    """`orders: stages 1/3, tasks 5/20 (1.3/s), 12 s`; what Spark does not know is left out.

    In brief, for several nodes on one line: `orders: 5/20 tasks, 12 s`.
    """
    elapsed = now - node.begun
    if brief:
        done = f"{counts.tasks_done}/{counts.tasks} tasks, " if counts.tasks else ""
        return f"{node.name}: {done}{elapsed:.0f} s"
    parts = []
    if counts.stages:
        rate = counts.tasks_done / elapsed if elapsed else 0.0
        parts.append(f"stages {counts.stages_done}/{counts.stages}")
        parts.append(f"tasks {counts.tasks_done}/{counts.tasks} ({rate:.1f}/s)")
    parts.append(f"{elapsed:.0f} s")
    return f"{node.name}: {', '.join(parts)}"


def counted(stages: dict[int, tuple[bool, int, int]]) -> Counts:
    """The sums of (done, tasks done, tasks) by stage."""
    return Counts(
        sum(done for done, _, _ in stages.values()),
        len(stages),
        sum(tasks_done for _, tasks_done, _ in stages.values()),
        sum(tasks for _, _, tasks in stages.values()),
    )


def _enter(session: Any) -> Node:
    global _watcher
    info = get_node_info()
    key = str(info.get("unique_id") or "dbt")
    thread = threading.get_ident()
    with _lock:
        node = _nodes.get(thread)
        if node is None or node.key != key or node.session is not session:
            name = str(info.get("node_name") or "dbt")
            node = Node(name, key, f"dbt {thread} {key} {time.monotonic_ns()}", time.monotonic())
            node.session = session
            node.context = contextvars.copy_context()
            _nodes[thread] = node
            _name_group(node)
        node.depth += 1
        if _watcher is None:
            logging.getLogger(CONSOLE).addFilter(_make_room)
            _watcher = threading.Thread(target=_watch, name="progress", daemon=True)
            _watcher.start()
        return node


def _name_group(node: Node) -> None:
    # what fails here fails again, and tells why, at the statement itself
    with contextlib.suppress(Exception):
        if _is_local(node.session):
            node.session.sparkContext.setJobGroup(node.group, node.key)
        else:
            node.session.clearProgressHandlers()
            node.session.registerProgressHandler(_from_connect)


def _is_local(session: Any) -> bool:
    return not type(session).__module__.startswith("pyspark.sql.connect")


def _from_connect(stages: Any, inflight_tasks: int, operation_id: str | None, done: bool) -> None:
    """Take what Spark Connect tells the thread that waits for a statement."""
    node = _nodes.get(threading.get_ident())
    if node is not None:
        for stage in stages or []:
            node.stages[stage.stage_id] = (
                stage.done,
                stage.num_completed_tasks,
                stage.num_tasks,
            )


def _ask_spark(node: Node) -> None:
    """Take what the JVM's status tracker knows of the node's jobs; finished ones only once."""
    tracker = node.session.sparkContext.statusTracker()
    for job in sorted(set(tracker.getJobIdsForGroup(node.group)) - node.jobs_done):
        info = tracker.getJobInfo(job)
        if info is None:
            continue
        found = [tracker.getStageInfo(stage) for stage in info.stageIds]
        node.stages |= stages_of([stage for stage in found if stage is not None])
        if info.status != "RUNNING":
            node.jobs_done.add(job)


def stages_of(job: list[Any]) -> dict[int, tuple[bool, int, int]]:
    """The (done, tasks done, tasks) of a job's stages, without those whose output was there.

    Spark lists such a stage, never runs it and goes on to those after it.
    """
    latest = max((s.stageId for s in job if s.numCompletedTasks + s.numActiveTasks), default=-1)
    return {
        s.stageId: (s.numCompletedTasks >= s.numTasks, s.numCompletedTasks, s.numTasks)
        for s in job
        if s.stageId >= latest or s.numCompletedTasks + s.numActiveTasks
    }


def _watch() -> None:
    while True:
        time.sleep(TICK)
        now = time.monotonic()
        with _lock:
            nodes = [n for n in _nodes.values() if n.depth > 0 and now - n.begun >= LONG]
        lines = []
        for node in nodes:
            # a Spark that is ending has nothing to tell
            with contextlib.suppress(Exception):
                if _is_local(node.session):
                    _ask_spark(node)
            counts = counted(dict(node.stages))
            lines.append(line(node, counts, now, brief=len(nodes) > 1))
            _log(node, line(node, counts, now), now)
        if lines and _live():
            _draw(" | ".join(lines))


def _log(node: Node, text: str, now: float) -> None:
    elapsed = now - node.begun
    if elapsed < node.next_log:
        return
    node.next_log = 2 * elapsed
    # the terminal has it already; the file has it in both cases
    tell = logger.debug if _live() else logger.info
    if node.context is not None:
        node.context.run(tell, text)


def _live() -> bool:
    flags = get_flags()  # type: ignore[no-untyped-call]
    return (
        sys.stderr.isatty()
        and os.environ.get("TERM") != "dumb"
        and not getattr(flags, "QUIET", False)
        and getattr(flags, "LOG_FORMAT", "default") != "json"
    )


def _draw(text: str) -> None:
    global _drawn
    with _lock:
        if time.monotonic() < _quiet_until or not any(n.depth for n in _nodes.values()):
            return
        width = shutil.get_terminal_size().columns - 1
        # the cursor goes back, so that what a model prints does not come after the line
        sys.stderr.write(f"{CLEAR}{text[:width]}\r")
        sys.stderr.flush()
        _drawn = True


def _clear() -> None:
    global _drawn
    if _drawn:
        sys.stderr.write(CLEAR)
        sys.stderr.flush()
        _drawn = False


def _make_room(record: logging.LogRecord) -> bool:
    """A filter of dbt's console logger that lets all pass, once the live line is gone."""
    global _quiet_until
    with _lock:
        _clear()
        # the record is written right after this
        _quiet_until = time.monotonic() + 0.2
    return True
