"""The whole flow, unchanged, over Spark Connect: the same metrics to the last digit."""

import csv
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.long

METRICS = """
select split, slice, slice_value, ranker, metric, k, weighting, value, n_contexts
from {schema}.metrics_by_slice
order by all
"""


def run(project, url, *command):
    done = subprocess.run(
        [Path(sys.executable).parent / command[0], *command[1:]],
        cwd=project,
        env={**os.environ, "SPARK_REMOTE": url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_metrics_are_the_same_over_connect(small_world, copy_project, connect_server, query):
    project = copy_project("over_connect")
    run(project, connect_server, "dbt", "build", "--quiet")
    asked = METRICS.format(schema="over_connect")
    module = "dbt.adapters.sparksession.query"
    answer = run(project, connect_server, "python", "-m", module, asked)
    over_connect = [tuple(row.values()) for row in csv.DictReader(io.StringIO(answer))]
    embedded = query(METRICS.format(schema=small_world))
    assert len(embedded) > 1000
    assert over_connect == [
        tuple("" if value is None else str(value) for value in row) for row in embedded
    ]
