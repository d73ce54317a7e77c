"""The shipped world's build with the adapter's Java options, against Java's own defaults.

    python benchmarks/java_options.py [ROUNDS [SELECT]]

SELECT is dbt's, for a part of the world: `raw_titles` is little more than a start of Spark. Our
side has the archive of Spark's classes if set-up has written it. Both sides take turns in fresh
warehouses; prints each side's seconds of clock and of processor, and the medians' ratios.
"""

from __future__ import annotations

import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml

REPO = Path(__file__).parents[1]
SIDES = {"ours": None, "java's": "-Xshare:auto"}  # an option of the user's takes the place of ours


def main(rounds: int = 3, select: str = "*") -> None:
    """Build in turns."""
    found: dict[str, list[tuple[float, float]]] = {side: [] for side in SIDES}
    for turn in range(rounds):
        for side, options in SIDES.items():
            with tempfile.TemporaryDirectory() as folder:
                found[side].append(_build(Path(folder), options, select))
            clock, processor = found[side][-1]
            print(
                f"round {turn + 1}, {side}: {clock:.0f} s, processor {processor:.0f} s", flush=True
            )
    for place, what in enumerate(("clock", "processor")):
        ours, javas = (statistics.median(one[place] for one in found[side]) for side in SIDES)
        print(f"{what}: ours {ours:.0f} s, java's {javas:.0f} s, ratio {ours / javas:.2f}")


def _build(folder: Path, options: str | None, select: str) -> tuple[float, float]:
    """Return the seconds of clock and of processor that a build takes."""
    profiles = yaml.safe_load((REPO / "profiles.yml").read_text())
    if options:
        profiles["dmc12"]["outputs"]["local"]["config"]["spark.driver.extraJavaOptions"] = options
    (folder / "profiles.yml").write_text(yaml.safe_dump(profiles))
    environment = os.environ | {"DMC12_WAREHOUSE": str(folder / "warehouse")}
    places = ["--profiles-dir", folder, "--target-path", folder / "target"]
    part = ["--select", select, "--indirect-selection", "cautious"]
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    command = [shutil.which("dbt") or "dbt", "--quiet", "build", *part, *places]
    subprocess.run(command, cwd=REPO, env=environment, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - started, processor


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]), *sys.argv[2:])
