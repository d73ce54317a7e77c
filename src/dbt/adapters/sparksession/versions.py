"""Names of table versions: `orders` is served by `orders__v20261123t201158123456_ab12cd34`.

The rows that one increment of a partitioned table brings lie in a table of their own, of the same
name but for a `d`: `orders__d20261123t201158123456_ab12cd34`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import UTC, datetime

STAMP = "%Y%m%dt%H%M%S%f"
VERSION = re.compile(r"(?P<name>.+)__(?P<kind>[vd])(?P<stamp>\d{8}t\d{12})_(?P<build>[0-9a-f]{8})")


def versions_schema(schema: str) -> str:
    """The database that holds the versions of a database's tables."""
    return f"{schema}__versions"


def version_name(name: str, moment: datetime, invocation_id: str) -> str:
    """Name a new version: the table, the UTC time to the microsecond, the invocation.

    Lower case, as the metastore keeps names; sorting the names of one table sorts by time.
    """
    stamp = moment.astimezone(UTC).strftime(STAMP)
    build = re.sub(r"[^0-9a-f]", "", invocation_id.lower())[:8].ljust(8, "0")
    return f"{name.lower()}__v{stamp}_{build}"


def data_name(version: str) -> str:
    """Name the table that holds the new rows of an incremental version."""
    found = _parsed(version)
    return f"{found['name']}__d{found['stamp']}_{found['build']}"


def base_name(version: str) -> str:
    """The table that a version, or the data of one, belongs to."""
    return _parsed(version)["name"]


def built_at(version: str) -> datetime:
    """When a version was begun."""
    return datetime.strptime(_parsed(version)["stamp"], STAMP).replace(tzinfo=UTC)


def is_version(table: str) -> bool:
    """Whether a table is a version or the data of one."""
    return VERSION.fullmatch(table.lower()) is not None


def is_begun_after(table: str, version: str) -> bool:
    """Whether a version, or the data of one, was begun after another version."""
    return _parsed(table)["stamp"] > _parsed(version)["stamp"]


def tables_of(name: str, tables: Iterable[str]) -> list[str]:
    """Those of `tables` that are versions of `name` or their data, oldest first."""
    return sorted(
        (
            table
            # a copy: threads that build other tables add theirs to the set meanwhile
            for table in map(str.lower, tuple(tables))
            if is_version(table) and base_name(table) == name.lower()
        ),
        key=lambda table: (_parsed(table)["stamp"], table),
    )


def versions_of(name: str, tables: Iterable[str]) -> list[str]:
    """Those of `tables` that are versions of `name`, oldest first."""
    return [table for table in tables_of(name, tables) if _parsed(table)["kind"] == "v"]


def published_in(view_text: str, schema: str) -> str | None:
    """The version that a published view reads, or None when the view is not a published one."""
    pattern = rf"\s*select\s+\*\s+from\s+`?{re.escape(versions_schema(schema))}`?\.`?([\w]+)`?\s*"
    found = re.fullmatch(pattern, view_text, re.IGNORECASE)
    if found is None or not is_version(found[1]):
        return None
    return found[1].lower()


def kept(versions: list[str], published: str, keep: int) -> list[str]:
    """The newest `keep` versions up to the published one, which is always among them."""
    served = [version for version in versions if version <= published]
    return served[-max(keep, 1) :]


def unneeded(tables: Iterable[str], needed: Collection[str]) -> list[str]:
    """The tables that nothing needs any more, in an order in which they may be dropped.

    Versions go before the data they read: dropping a version that only refers to data elsewhere
    removes no file.
    """
    return sorted(
        (table for table in tables if table not in needed),
        key=lambda table: (_parsed(table)["kind"] == "d", table),
    )


def _parsed(version: str) -> re.Match[str]:
    found = VERSION.fullmatch(version.lower())
    if found is None:
        raise ValueError(f"not the name of a version: {version}")
    return found
