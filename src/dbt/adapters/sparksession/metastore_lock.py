"""Find out, without starting Java, whether another process holds a Derby metastore."""

from __future__ import annotations

import fcntl
import os
import struct
from pathlib import Path

from dbt_common.exceptions import DbtRuntimeError

from dbt.adapters.sparksession.linux_process import parent_of

# struct flock on Linux: type, whence, start, length, pid
FLOCK = "hhqqi"


class MetastoreInUseError(DbtRuntimeError):
    """Another process holds the metastore; the message names the directory and the remedy."""

    def __init__(self, metastore: Path, pid: int | None = None) -> None:
        holder = f"process {pid}" if pid else "another process"
        super().__init__(
            f"The metastore {metastore} is in use by {holder}. A Derby metastore serves one "
            "process at a time: end the other one (a notebook, a spark-sql, another dbt) and run "
            "again, or use a metastore service (`hive.metastore.uris`) that both can share."
        )


def holder_of(metastore: Path) -> int | None:
    """The process id that holds the Derby database at `metastore`; None if free or not there."""
    lock = metastore / "dbex.lck"
    try:
        handle = os.open(lock, os.O_RDWR)
    except OSError:
        return None
    try:
        query = struct.pack(FLOCK, fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
        answer = struct.unpack(FLOCK, fcntl.fcntl(handle, fcntl.F_GETLK, query))
    except OSError:
        return None
    finally:
        os.close(handle)
    return None if answer[0] == fcntl.F_UNLCK else _started_by(answer[4])


def _started_by(pid: int) -> int:
    """The process that a person knows: for a JVM of pyspark, the Python that started it."""
    try:
        name = Path(f"/proc/{pid}/comm").read_text().strip()
        parent = parent_of(pid) or 0
        starter = Path(f"/proc/{parent}/comm").read_text().strip()
    except OSError:
        return pid
    return parent if name == "java" and parent > 1 and starter != "bash" else pid


def check_metastore(metastore: Path) -> None:
    """Raise MetastoreInUseError if another process holds the Derby database at `metastore`."""
    pid = holder_of(metastore)
    if pid is not None and pid != os.getpid():
        raise MetastoreInUseError(metastore, pid)
