"""Directories of versions that no table of the metastore has: a kill between the two left them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from dbt.adapters.sparksession.session import is_remote
from dbt.adapters.sparksession.versions import is_version


def stray_directories(session: Any, location: str, tables: Collection[str]) -> list[str]:
    """The names of version directories under `location` that belong to none of `tables`.

    Empty over Spark Connect, whose client does not see the server's file system.
    """
    if is_remote(session):
        return []
    folder, files = _folder(session, location)
    if not files.exists(folder):
        return []
    names = [status.getPath().getName() for status in files.listStatus(folder)]
    return sorted(name for name in names if is_version(name) and name not in tables)


def remove_directory(session: Any, location: str, name: str) -> None:
    """Remove one directory under `location`, with all that it holds."""
    folder, files = _folder(session, location)
    files.delete(session._jvm.org.apache.hadoop.fs.Path(folder, name), True)


def _folder(session: Any, location: str) -> tuple[Any, Any]:
    folder = session._jvm.org.apache.hadoop.fs.Path(location)
    return folder, folder.getFileSystem(session._jsc.hadoopConfiguration())
