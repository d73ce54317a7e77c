"""The profile's target of all classes."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def spark_target(warehouse: Path) -> dict[str, Any]:
    """The output of the profile; dbt's fixtures add a schema for each class."""
    return {
        "type": "sparksession",
        "threads": 4,
        "memory": "1g",
        "warehouse": str(warehouse),
        "logs": str(warehouse.parent / "logs"),
    }
