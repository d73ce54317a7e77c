"""A dbt project on disk, and where this one lies."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

REPO = Path(__file__).parents[2]
# Of the Spark that a pytest process shares; Online Retail does not fit into 1 GB.
SHARED_SPARK = {"threads": 2, "memory": "2g", "java_compiler": "quick"}
NO_TESTS = [f"--exclude-resource-type={kind}" for kind in ("test", "unit_test")]


def target(schema: str, warehouse: Path) -> dict[str, Any]:
    """A profile's one target, on the Spark and in the warehouse that tests share."""
    output = {"type": "sparksession", "schema": schema, "warehouse": str(warehouse)}
    return {"target": "test", "outputs": {"test": {**output, **SHARED_SPARK}}}


@dataclass(frozen=True)
class Project:
    """A dbt project on disk, usable as a path; profile and schema bear the project's name."""

    root: Path
    name: str

    def __fspath__(self) -> str:
        return str(self.root)

    def write(self, files: dict[str, str]) -> None:
        """Write files, by path from the project's root."""
        for path, text in files.items():
            target = self.root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
