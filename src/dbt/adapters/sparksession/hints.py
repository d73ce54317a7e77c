"""What to do about Spark's usual failures: a pattern in its words, and a sentence for a person."""

from __future__ import annotations

import contextlib
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from dbt.adapters.sparksession.metastore_probe import (
    MetastoreUnreachableError,
    check_metastore_service,
)
from dbt.adapters.sparksession.versions import base_name, is_version

FULL = 64 << 20  # bytes; a file system with less left counts as full
FILE = re.compile(r"(?:file:)?/[^\s,'\"]+")
TABLE_FILE = re.compile(
    r"/(?P<database>[^/\s]+)\.db/(?P<table>[^/\s]+)/(?:[^/\s]+=[^/\s]*/)*[^/\s]+"
)


@dataclass(frozen=True)
class Facts:
    """What the profile says of the open session, as far as remedies need it."""

    memory: str | None = None
    warehouse: str | None = None
    logs: str | None = None
    server: str | None = None
    config: Mapping[str, Any] | None = None
    java: subprocess.Popen[bytes] | None = None
    log_begin: int = 0  # bytes of spark.log that are of earlier sessions


_facts = Facts()


def remember(facts: Facts) -> None:
    """Let later hints speak of this session."""
    global _facts
    _facts = facts


def hint(text: str, facts: Facts | None = None) -> str | None:
    """The remedy for a failure that Spark tells as `text`; None for one that is not a usual one.

    Of several that fit, the first of HINTS: the cause before its consequences.
    """
    for pattern, remedy in HINTS:
        if re.search(pattern, text):
            said = remedy if isinstance(remedy, str) else remedy(text, facts or _facts)
            if said:
                return said
    return None


def java_gone(facts: Facts | None = None) -> str:
    """How Spark's JVM ended, to be said when it no longer answers."""
    facts = facts or _facts
    log = Path(facts.logs or "logs") / "spark.log"
    code = None
    with contextlib.suppress(subprocess.TimeoutExpired):
        code = facts.java.wait(timeout=2) if facts.java else None
    said = f"Spark's Java process is gone (see {log})"
    if code is not None:
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        said = f"Spark's Java process ended by {how} (see {log})"
    if "OutOfMemoryError" in _tail(log, facts.log_begin):
        return f"{said}\n{_heap('', facts)}"
    if code in (-9, 137):
        return (
            f"{said}\nSomething killed it, as the kernel does when the machine or container runs "
            f"out of memory: then lower {memory_key(facts)} or free memory."
        )
    return said


def _tail(log: Path, begin: int, size: int = 1 << 20) -> str:
    with contextlib.suppress(OSError), log.open("rb") as stream:
        stream.seek(max(begin, log.stat().st_size - size))
        return stream.read().decode(errors="replace")
    return ""


def memory_key(facts: Facts) -> str:
    """The profile's key that a person would raise, with its present value."""
    return f"`memory` in the profile (now {facts.memory or '1g, which is the default'})"


def _disk(text: str, facts: Facts) -> str:
    if full := _full_disk(text, facts):
        return full
    where = facts.warehouse or "the warehouse"
    return (
        f"A disk was full while Spark wrote; it has space again now. Spark writes to {where} and, "
        "while it sorts, to spark.local.dir (/tmp unless set in the profile's config)."
    )


def _derby(text: str, facts: Facts) -> str:
    # Derby opens its database read-only where it cannot write to the directory
    if full := _full_disk(text, facts):
        return full
    return f"The metastore under {facts.warehouse} cannot be written to: see to its permissions."


def _full_disk(text: str, facts: Facts) -> str | None:
    named = [Path(found.removeprefix("file:")) for found in FILE.findall(text)]
    known = [Path(path) for path in (facts.warehouse, facts.logs, "/tmp") if path]
    for path in [*named, *known]:
        standing = next((p for p in (path, *path.parents) if p.is_dir()), Path("/"))
        usage = shutil.disk_usage(standing)
        if usage.free < FULL and standing != Path("/proc"):
            return (
                f"The disk of {standing} is full ({usage.free >> 20} of {usage.total >> 20} MB "
                "free): free space there (keep_versions says how many old tables stay), or move "
                "`warehouse`; then build again."
            )
    return None


def _heap(text: str, facts: Facts) -> str:
    if facts.server:
        return "Spark's server is out of memory: give its driver or executors more."
    return f"Spark is out of memory: raise {memory_key(facts)}."


def _worker(text: str, facts: Facts) -> str:
    return (
        "A Python worker was killed or crashed, most often because the machine or container has "
        "too little memory left beside Spark's: give it more, lower `threads`, or lower "
        "spark.sql.execution.arrow.maxRecordsPerBatch. Native code that crashes does the same."
    )


def _metastore(text: str, facts: Facts) -> str | None:
    try:
        check_metastore_service(facts.config or {}, timeout=3)
    except MetastoreUnreachableError as exc:
        return str(exc.msg)
    return None


def _server(text: str, facts: Facts) -> str | None:
    if facts.server is None:
        return None
    return f"The Spark Connect server at {facts.server} is gone or cannot be reached: start it."


def _table(text: str, facts: Facts) -> str:
    found = TABLE_FILE.search(unquote(text))
    if found is None:
        return "A file of a table is damaged or gone: build the table that holds it again."
    database = found["database"].removesuffix("__versions")
    table = base_name(found["table"]) if is_version(found["table"]) else found["table"]
    return (
        f"A file of the table {database}.{table} is damaged or gone: build that table again "
        f"(dbt build --select {table})."
    )


def _shut_down(text: str, facts: Facts) -> str | None:
    return None if facts.server else java_gone(facts)


Remedy = str | Callable[[str, Facts], str | None]

HINTS: tuple[tuple[str, Remedy], ...] = (
    (r"No space left on device|Disk quota exceeded|ENOSPC", _disk),
    (r"read-only database", _derby),
    (r"OutOfMemoryError|GC overhead limit|UNABLE_TO_ACQUIRE_MEMORY|CANNOT_ACQUIRE_MEMORY", _heap),
    (
        r"Container killed|ExecutorLostFailure|exit code (?:is |was )?137",
        "An executor was killed, most often for using more memory than its container allows: "
        "raise spark.executor.memory or spark.executor.memoryOverhead in the profile's config.",
    ),
    (r"SparkContext (?:was|has been|is) shut ?down|stopped SparkContext", _shut_down),
    (r"Python worker exited unexpectedly|Python worker crashed|PYTHON_WORKER.*EXITED", _worker),
    (
        r"UnknownHostException|Cannot assign requested address|BindException",
        "Spark cannot listen on this machine's address: remove spark.driver.host, "
        "spark.driver.bindAddress and any fixed spark.*.port from the profile's config.",
    ),
    (
        r"SessionHiveMetaStoreClient|MetaException|TTransportException|ould not connect to meta",
        _metastore,
    ),
    (r"UNAVAILABLE|SparkConnectGrpcException|failed to connect to all addresses", _server),
    (
        r"FAILED_READ_FILE|is not a Parquet file|FileNotFoundException|FILE_NOT_EXIST",
        _table,
    ),
)
