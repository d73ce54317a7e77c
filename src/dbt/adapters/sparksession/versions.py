"""Names of table versions: `orders` is served by `orders__v20261123t201158123456_ab12cd34`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

STAMP = "%Y%m%dt%H%M%S%f"
VERSION = re.compile(r"(?P<name>.+)__v(?P<stamp>\d{8}t\d{12})_(?P<build>[0-9a-f]{8})")


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


def versions_of(name: str, tables: Iterable[str]) -> list[str]:
    """Those of `tables` that are versions of `name`, oldest first."""
    return sorted(
        table
        for table in (table.lower() for table in tables)
        if (found := VERSION.fullmatch(table)) and found["name"] == name.lower()
    )


def built_at(version: str) -> datetime:
    """When a version was begun."""
    found = VERSION.fullmatch(version)
    if found is None:
        raise ValueError(f"not the name of a version: {version}")
    return datetime.strptime(found["stamp"], STAMP).replace(tzinfo=UTC)


def published_in(view_text: str, schema: str) -> str | None:
    """The version that a published view reads, or None when the view is not a published one."""
    pattern = rf"\s*select\s+\*\s+from\s+`?{re.escape(versions_schema(schema))}`?\.`?([\w]+)`?\s*"
    found = re.fullmatch(pattern, view_text, re.IGNORECASE)
    if found is None or VERSION.fullmatch(found[1].lower()) is None:
        return None
    return found[1].lower()


def orphans(
    versions: list[str], published: str | None, now: datetime, min_age: timedelta
) -> list[str]:
    """Versions that were begun after the published one and never published: killed builds.

    Only those at least `min_age` old: in a shared metastore a younger one may be a build that is
    running elsewhere.
    """
    return [
        version
        for version in versions
        if (published is None or version > published)
        and (not min_age or now - built_at(version) >= min_age)
    ]


def expired(versions: list[str], published: str, keep: int) -> list[str]:
    """Versions older than the newest `keep` up to the published one, which is always kept."""
    served = [version for version in versions if version <= published]
    return served[: -max(keep, 1)]
