"""On a cluster, `training_task_cpus` keeps one set a machine at a time, with all its cores."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from dbt.adapters.sparksession.session import current_session

pytestmark = pytest.mark.long

SETS = 5
SWEPT = {
    "swept": {
        "trainer": "lambdarank",
        "features": ["own_*", "title_*"],
        "params": {"num_boost_round": 100},
        "grid": {"seed": list(range(SETS))},
    }
}


def test_each_of_two_machines_trains_one_set_at_a_time(small_world, small_vars, tmp_path):
    parquet = str(tmp_path / "featurized")
    current_session().table(f"{small_world}.dmc12_featurized").write.parquet(parquet)
    knobs = small_vars | {"rankers": SWEPT, "control_ranker": "swept", "bundle_rankers": []}
    knobs |= {"training_threads": None, "training_task_cpus": 2}
    script = Path(__file__).with_name("train_on_cluster.py")
    command = [sys.executable, script, parquet, tmp_path, json.dumps(knobs)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout.splitlines()[-1])
    assert [(row["status"], row["error"]) for row in rows] == [("trained", None)] * SETS
    assert {row["threads"] for row in rows} == {2}
    assert most_at_once(rows) <= 2


def most_at_once(rows: list[dict]) -> int:
    """Count the sets in training at the moment at which they were most."""
    spans = [(row["trained_at"] - row["wall_seconds"], row["trained_at"]) for row in rows]
    return max(sum(begin <= at < end for begin, end in spans) for at, _ in spans)
