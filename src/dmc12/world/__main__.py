"""`python -m dmc12.world`: write the declared world as CSV seeds, or a larger one as Parquet."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from dmc12.world.spec import WorldSpec
from dmc12.world.write import write_csv, write_parquet


def declared(project: Path) -> dict[str, Any]:
    """Read the world that a dbt_project.yml declares under vars: dmc12: world; {} for none."""
    if not project.exists():
        return {}
    settings = yaml.safe_load(project.read_text(encoding="utf-8")) or {}
    return ((settings.get("vars") or {}).get("dmc12") or {}).get("world") or {}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m dmc12.world", description=__doc__)
    form = parser.add_mutually_exclusive_group(required=True)
    form.add_argument("--csv", type=Path, metavar="DIR", help="write raw_*.csv into DIR")
    form.add_argument("--parquet", type=Path, metavar="DIR", help="write raw_*/ into DIR")
    parser.add_argument(
        "--project", type=Path, default=Path("dbt_project.yml"), help="where the world is declared"
    )
    for size in ("seed", "profiles", "titles", "days"):
        parser.add_argument(f"--{size}", type=int, help=f"instead of the declared {size}")
    options = parser.parse_args(arguments)
    own = {name: getattr(options, name) for name in ("seed", "profiles", "titles", "days")}
    given = {name: value for name, value in own.items() if value is not None}
    try:
        spec = WorldSpec.model_validate(declared(options.project) | given)
        paths = (
            write_csv(spec, options.csv) if options.csv else write_parquet(spec, options.parquet)
        )
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    for path in paths:
        sys.stdout.write(f"{path}  {path.stat().st_size:,} bytes\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
