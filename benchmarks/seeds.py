"""Time `dbt seed` by `type: sparksession` and by dbt-spark's session method, which sends a literal
per value.

Run: python benchmarks/seeds.py [rows]      (2,000 by default; two to three minutes; needs Java)
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

TYPES = {"id": "bigint", "name": "string", "strength": "double", "played_at": "timestamp"}
OURS = {"type": "sparksession", "schema": "bench", "memory": "2g"}
THEIRS = {"type": "spark", "method": "session", "host": "NA", "schema": "bench"}


def write_project(folder: Path, profile: dict[str, str], sizes: list[int]) -> None:
    (folder / "seeds").mkdir(parents=True)
    settings = {
        "name": "bench",
        "version": "1.0.0",
        "profile": "bench",
        "seeds": {"bench": {"+column_types": TYPES}},
    }
    profiles = {"bench": {"target": "it", "outputs": {"it": {**profile, "threads": 1}}}}
    (folder / "dbt_project.yml").write_text(yaml.safe_dump(settings))
    (folder / "profiles.yml").write_text(yaml.safe_dump(profiles))
    for size in sizes:
        lines = [",".join(TYPES)]
        lines += [f"{n},name {n},{n / 7},2026-01-01 00:{n % 60:02}:00" for n in range(size)]
        (folder / "seeds" / f"rows_{size}.csv").write_text("\n".join(lines) + "\n")


def seconds(folder: Path) -> dict[int, float]:
    """Build every seed of the project; the seconds that dbt gives for each, by its rows."""
    subprocess.run(
        [Path(sys.executable).parent / "dbt", "--quiet", "seed"],
        cwd=folder,
        env={**os.environ, "PYSPARK_PYTHON": sys.executable},
        check=True,
        stderr=subprocess.DEVNULL,
    )
    results = json.loads((folder / "target" / "run_results.json").read_text())["results"]
    return {int(r["unique_id"].rpartition("_")[2]): r["execution_time"] for r in results}


def main(rows: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        # the seed of one row takes what a first statement costs
        for kind, profile, sizes in (
            ("ours", OURS, [1, rows, 20_000]),
            ("theirs", THEIRS, [1, rows]),
        ):
            write_project(Path(name) / kind, profile, sizes)
        ours = seconds(Path(name) / "ours")
        theirs = seconds(Path(name) / "theirs")
    print(
        f"{rows:,} rows: sparksession {ours[rows]:.2f} s, dbt-spark {theirs[rows]:.2f} s, "
        f"ratio {theirs[rows] / ours[rows]:.0f}"
    )
    print(f"20,000 rows: sparksession {ours[20_000]:.2f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000)
