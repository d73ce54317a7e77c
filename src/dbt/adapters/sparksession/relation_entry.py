"""What the metastore says of one table or view, read from `show table extended`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from dbt.adapters.sparksession.versions import published_in

KIND = re.compile(r"^Type: (\w+)$", re.M)
PUBLISHED = re.compile(r"^View Text: ([^\n]*)\nView Original Text: ", re.M)
PROPERTIES = re.compile(r"^Table Properties: \[(.*)\]$", re.M)


@dataclass(frozen=True)
class Entry:
    """A table or view of the metastore."""

    is_view: bool
    version: str | None  # the version that a published view serves
    properties: dict[str, str] = field(default_factory=dict)


def entry_of(information: str, schema: str) -> Entry:
    """Read the `information` column of `show table extended in <schema>`."""
    kind = KIND.search(information)
    text = PUBLISHED.search(information)
    listed = PROPERTIES.search(information)
    properties = dict(
        pair.split("=", 1) for pair in (listed[1].split(", ") if listed else []) if "=" in pair
    )
    return Entry(
        is_view=kind is not None and kind[1] == "VIEW",
        version=published_in(text[1], schema) if text else None,
        properties=properties,
    )
