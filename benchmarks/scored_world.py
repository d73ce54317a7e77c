"""Contexts with random scores in a warehouse of their own, for the benchmarks of the evaluation."""

from __future__ import annotations

import io
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any

REPO = Path(__file__).parents[1]
sys.path[:0] = [str(REPO / "tests" / "functional" / folder) for folder in ("metrics", ".")]

import yaml  # noqa: E402
from dbt.cli.main import dbtRunner  # noqa: E402
from evaluation import Evaluation, read_compiled, write_evaluation_project  # noqa: E402

from dbt.adapters.sparksession.session import close_session, current_session  # noqa: E402
from dmc12.spark import rank  # noqa: E402

RANKERS = ("a", "b", "c", "d", "e")
KS = (1, 5, 10, 20)
KEY = "'NL' as country_iso_code, timestamp '2026-06-18' as context_at, 'test' as split"
SCORED = """
select
    id as profile_id, {key}, struct('NL' as country_group, false as is_first_time_profile) as tags,
    'all' as stratum, 1D as inclusion_probability,
    transform(sequence(1, {items}), title -> struct(
        bigint(title) as show_title_id,
        double(if(pmod(xxhash64(id, title), {items}) < 5 or title = 1, 1, 0)) as label,
        1D as weight,
        struct({features}) as features,
        struct({scores}) as scores
    )) as items
from range({contexts})
"""


@contextmanager
def scored_world(
    contexts: int, items: int, rankers: tuple[str, ...] = RANKERS
) -> Iterator[tuple[Any, Evaluation]]:
    """Yield the session and the evaluation models, on dmc12_scored and dmc12_ranked.

    Both are Parquet files, as a build has them; dmc12_scored has 8 features, so that a plan can be
    caught reading them.
    """
    with tempfile.TemporaryDirectory() as folder:
        try:
            yield _world(Path(folder), contexts, items, rankers)
        finally:
            close_session()


def _world(root: Path, contexts: int, items: int, names: tuple[str, ...]) -> tuple[Any, Evaluation]:
    ranker = {"trainer": "feature", "params": {"feature": "title_plays"}}
    output = yaml.safe_load((REPO / "profiles.yml").read_text())["dmc12"]["outputs"]["local"]
    output |= {"schema": "benchmark", "threads": 2, "warehouse": "warehouse"}
    output |= {"java_compiler": "full"}
    profile = {"target": "run", "outputs": {"run": output}}
    rankers = dict.fromkeys(names, ranker)
    scored = SCORED.format(
        key=KEY,
        contexts=contexts,
        items=items,
        features=", ".join(f"rand({n}) as feature{n}" for n in range(8)),
        scores=", ".join(f"rand({n}) as {ranker}" for n, ranker in enumerate(names)),
    )
    (root / "project").mkdir()
    knobs = write_evaluation_project(
        root / "project", profile, scored, rankers=rankers, control_ranker="a", metric_ks=list(KS)
    )
    os.environ["DBT_SEND_ANONYMOUS_USAGE_STATS"] = "false"
    where = ["--quiet", "--project-dir", str(root / "project")]
    where += ["--profiles-dir", str(root / "project")]
    for command in (["run", "--select", "dmc12_scored"], ["compile"]):
        result = dbtRunner().invoke([*command, *where])
        if not result.success:
            sys.exit(f"dbt {command[0]} failed: {result.exception or result.result}")
    spark = current_session()
    spark.table("benchmark.dmc12_scored").createOrReplaceTempView("dmc12_scored")
    sql = read_compiled(root / "project", "benchmark")
    ranked = str(root / "dmc12_ranked")
    # a task a file: all that is made of these tables is made by as many tasks
    spark.conf.set("spark.sql.files.maxPartitionBytes", "64g")
    rank(spark.table("dmc12_scored")).write.parquet(ranked)
    spark.read.parquet(ranked).createOrReplaceTempView("dmc12_ranked")
    return spark, Evaluation(sql, knobs)


def seconds(run: Callable[[], object], times: int = 3) -> float:
    """Return the median time of a run, after one that warms up."""
    run()
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def discard(frame: Any) -> None:
    """Compute a frame and keep nothing."""
    frame.write.format("noop").mode("overwrite").save()


def print_plan(frame: Any) -> None:
    """Print what a frame moves and reads."""
    with redirect_stdout(io.StringIO()) as explained:
        frame.explain("formatted")
    plan = explained.getvalue()
    schemas = [line for line in plan.splitlines() if line.startswith("ReadSchema")]
    print(f"Exchange: {plan.count('Exchange')}, Window: {plan.count('Window')}")
    print(*schemas, sep="\n")
