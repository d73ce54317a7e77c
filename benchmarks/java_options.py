"""The shipped world's build with the adapter's Java compilers, against Java's own defaults.

    python benchmarks/java_options.py [ROUNDS [SELECT]]

SELECT is dbt's, for a part of the world: `raw_titles` is little more than a start of Spark. Our
sides, `java_compiler: quick` and `full`, have the archive of Spark's classes if set-up has written
it. The sides take turns in fresh warehouses; prints each side's seconds of clock and of processor,
and the ratio of their medians to those of Java's own defaults.
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
from typing import Any

import yaml

REPO = Path(__file__).parents[1]
SIDES: dict[str, dict[str, Any]] = {
    "quick": {"java_compiler": "quick"},
    "full": {"java_compiler": "full"},
    # an option of the user's takes the place of all of ours
    "java": {"config": {"spark.driver.extraJavaOptions": "-Xshare:auto"}},
}


def main(rounds: int = 3, select: str = "*") -> None:
    """Build in turns."""
    found: dict[str, list[tuple[float, float]]] = {side: [] for side in SIDES}
    for turn in range(rounds):
        for side, profile in SIDES.items():
            with tempfile.TemporaryDirectory() as folder:
                found[side].append(_build(Path(folder), profile, select))
            clock, processor = found[side][-1]
            print(
                f"round {turn + 1}, {side}: {clock:.0f} s, processor {processor:.0f} s", flush=True
            )
    for place, what in enumerate(("clock", "processor")):
        medians = {side: statistics.median(one[place] for one in found[side]) for side in SIDES}
        for side, seconds in medians.items():
            print(f"{what}: {side} {seconds:.0f} s, of java {seconds / medians['java']:.2f}")


def _build(folder: Path, profile: dict[str, Any], select: str) -> tuple[float, float]:
    """Return the seconds of clock and of processor that a build takes."""
    profiles = yaml.safe_load((REPO / "profiles.yml").read_text())
    output = profiles["dmc12"]["outputs"]["local"]
    config = {**output.pop("config"), **profile.get("config", {})}
    output |= {**profile, "config": config}
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
