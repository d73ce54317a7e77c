"""One pass over all rankers x metrics x k, against one query for each of them.

    python benchmarks/metrics.py [CONTEXTS] [ITEMS]

Prints seconds, their ratio, and what Spark reads and moves in the one pass.
"""

from __future__ import annotations

import os
import sys
import time

from scored_world import KS, RANKERS, discard, print_plan, scored_world

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
    queries = [
        PREPARED.format(ranker=name, value=value.format(k=k))
        for name in RANKERS
        for value, ks in [(value, KS) for value in VALUES.values()]
        + [(value, (0,)) for value in WHOLE.values()]
        for k in ks
    ]
    with scored_world(contexts, items) as (spark, sql):
        print_plan(spark, sql["metrics_by_context"])

        def run(query: str) -> float:
            start = time.perf_counter()
            discard(spark.sql(query))
            return time.perf_counter() - start

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


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
