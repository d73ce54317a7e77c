"""Write the report of what dbt built: `python -m dmc12.report [--out target/report.html]`."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from dmc12.report.page import render
from dmc12.report.tables import QUERIES


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code: 0, or 1 after one error on stderr."""
    from dbt_common.exceptions import DbtBaseException

    from dbt.adapters.sparksession.query import read_tables

    parser = argparse.ArgumentParser(prog="python -m dmc12.report", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("target/report.html"))
    parser.add_argument("--project-dir", default=".", help="the dbt project (default: here)")
    options = parser.parse_args(arguments)
    try:
        page = render(read_tables(options.project_dir, QUERIES))
    except (DbtBaseException, ValueError) as exc:
        print(f"report: {getattr(exc, 'msg', exc)}", file=sys.stderr)  # noqa: T201
        return 1
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(page, encoding="utf-8")
    print(options.out)  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
