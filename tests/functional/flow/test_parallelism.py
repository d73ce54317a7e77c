"""Threads and partitions change no byte of the negatives nor of what is trained on."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

pytestmark = pytest.mark.long


@pytest.mark.parametrize(("partitions", "threads"), [(1, 1), (64, 4)])
def test_threads_and_partitions_change_nothing(
    copy_project, small_world, query, tmp_path, partitions, threads
):
    project = copy_project("parallel")
    profiles = project / "profiles.yml"
    text = profiles.read_text()
    warehouse = yaml.safe_load(text)["dmc12"]["outputs"]["local"]["warehouse"]
    for old, new in {
        "shuffle.partitions: '2'": f"shuffle.partitions: '{partitions}'",
        "local[2]": f"local[{threads}]",
        warehouse: str(tmp_path),
        "maxRecordsPerBatch: '64'": f"maxRecordsPerBatch: '{7 * threads}'",
    }.items():
        assert old in text
        text = text.replace(old, new)
    profiles.write_text(text)
    # a process of its own, as a Spark keeps the number of threads that it was started with
    for command in (["seed"], ["run", "--select", "+dmc12_labeled"]):
        subprocess.run(
            [Path(sys.executable).with_name("dbt"), "--quiet", *command],
            cwd=project,
            check=True,
        )
    for table in ("negatives_sampled", "dmc12_labeled"):
        (files,) = tmp_path.glob(f"**/{table}__v*")
        theirs = query(f"select to_json(struct(*)) from parquet.`{files}`")
        ours = query(f"select to_json(struct(*)) from {small_world}.{table}")
        assert len(ours) == len(theirs) > 500
        assert set(ours) == set(theirs)
