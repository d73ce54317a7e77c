"""One pass over all rankers x metrics x k, against one query for each of them.

    python benchmarks/metrics.py [CONTEXTS] [ITEMS]

Prints seconds, their ratio, and what Spark reads and moves in the one pass.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

REPO = Path(__file__).parents[1]
sys.path.insert(0, str(REPO / "tests" / "functional" / "metrics"))

from dbt.cli.main import dbtRunner  # noqa: E402
from evaluation import read_compiled, write_evaluation_project  # noqa: E402

from dbt.adapters.sparksession.session import close_session, current_session  # noqa: E402

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

# One metric of one ranker the usual way: explode the items, rank them by a window, aggregate.
PREPARED = """
with exploded as (
    select profile_id, inline(transform(
        items, item -> struct(item.label as label, item.scores.{ranker} as score)
    ))
    from dmc12_scored
),
ranked as (
    select
        profile_id, label,
        row_number() over (partition by profile_id order by score desc) as position,
        row_number() over (partition by profile_id order by label desc) as ideal,
        rank() over (partition by profile_id order by score) as ascending,
        sum(label) over (partition by profile_id) as positives
    from exploded
)
select profile_id, {value} as value from ranked group by profile_id
"""
VALUES = {
    "ndcg": "sum(if(position <= {k}, label / log2(1 + position), 0))"
    " / sum(if(ideal <= {k}, label / log2(1 + ideal), 0))",
    "recall": "sum(if(position <= {k}, label, 0)) / first(positives)",
    "precision": "sum(if(position <= {k}, label, 0)) / {k}",
    "hit": "max(if(position <= {k}, label, 0))",
}
WHOLE = {
    "ndcg": "sum(label / log2(1 + position)) / sum(label / log2(1 + ideal))",
    "nmrr": "sum(label / position) / sum(label / ideal)",
    "mrr": "1 / min(if(label > 0, position, null))",
    "auc": "(sum(if(label > 0, ascending, 0)) - first(positives) * (first(positives) + 1) / 2)"
    " / first(positives) / (count(*) - first(positives))",
}


def main(contexts: int = 1000, items: int = 300) -> None:
    """Time both ways on the same contexts."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            _compare(Path(folder), contexts, items)
        finally:
            close_session()


def _compare(root: Path, contexts: int, items: int) -> None:
    ranker = {"trainer": "feature", "params": {"feature": "title_plays"}}
    output = {"type": "sparksession", "schema": "benchmark", "threads": 2, "memory": "2g"}
    profile = {"target": "run", "outputs": {"run": output}}
    rankers = dict.fromkeys(RANKERS, ranker)
    scored = SCORED.format(
        key=KEY,
        contexts=contexts,
        items=items,
        features=", ".join(f"rand({n}) as feature{n}" for n in range(8)),
        scores=", ".join(f"rand({n}) as {ranker}" for n, ranker in enumerate(RANKERS)),
    )
    (root / "project").mkdir()
    write_evaluation_project(
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
    spark.sql(sql["dmc12_ranked"]).createOrReplaceTempView("dmc12_ranked")
    _print_plan(spark, sql["metrics_by_context"])

    queries = [
        PREPARED.format(ranker=name, value=value.format(k=k))
        for name in RANKERS
        for value, ks in [(value, KS) for value in VALUES.values()]
        + [(value, (0,)) for value in WHOLE.values()]
        for k in ks
    ]
    run = _runner(spark)
    for query in (sql["dmc12_ranked"], sql["metrics_by_context"], *queries[:2]):
        run(query)  # the first run of each kind compiles
    ranking = run(sql["dmc12_ranked"])
    one_pass = run(sql["metrics_by_context"])
    apart = sum(map(run, queries))
    print(f"{contexts} contexts x {items} items, {len(RANKERS)} rankers, {os.cpu_count()} cores")
    print(f"ranks alone       {ranking:8.2f} s")
    print(f"ranks and metrics {one_pass:8.2f} s  one pass, ties in expectation")
    print(f"one query each    {apart:8.2f} s  {len(queries)} queries, ties broken anyhow")
    print(f"ratio             {apart / one_pass:8.1f}")


def _runner(spark: Any) -> Callable[[str], float]:
    def seconds(query: str) -> float:
        start = time.perf_counter()
        spark.sql(query).write.format("noop").mode("overwrite").save()
        return time.perf_counter() - start

    return seconds


def _print_plan(spark: Any, query: str) -> None:
    plan = spark.sql(f"explain formatted {query}").collect()[0][0]
    schemas = [line for line in plan.splitlines() if line.startswith("ReadSchema")]
    if not schemas:
        sys.exit(plan)
    print(f"Exchange: {plan.count('Exchange')}, Window: {plan.count('Window')}")
    print(*schemas, sep="\n")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
