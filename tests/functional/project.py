"""A dbt project on disk, and where this one lies."""

from dataclasses import dataclass
from pathlib import Path

REPO = Path(__file__).parents[2]
MEMORY = "2g"  # of the Spark that a pytest process shares; Online Retail does not fit into 1 GB
NO_TESTS = [f"--exclude-resource-type={kind}" for kind in ("test", "unit_test")]


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
