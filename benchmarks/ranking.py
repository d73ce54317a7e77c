"""Ranking nested items, against exploding them for a window, and against a bare scan and write.

    python benchmarks/ranking.py [CONTEXTS] [ITEMS] [RANKERS]     (100,000, 100 and 4 by default)

All write Parquet as the project does, by zstd: the nested way dmc12_ranked itself; the sorts the
same rows, by Spark's own sorts of the nested scores; the window the same rows, exploded, ranked by
a window a ranker and collected again; the bare way scans and writes the same columns, ranks being
read as well. Rows that are made and dropped leave the writing out. Each of the others is compared
in a Spark of its own, so that neither runs in a heap and by code that a third way has left.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Mapping
from statistics import median
from typing import Any

from scored_world import RANKERS, discard, print_plan, scored_world

from dmc12.spark import rank

ROUNDS = 3
WINDOW = "row_number() over (partition by profile_id order by item.scores.{0} desc) as {0}"
EXPLODED = """
with exploded as (
    select * except (items), explode(items) as item
    from (select profile_id, country_iso_code, context_at, split, tags, stratum,
        inclusion_probability, transform(items, item -> struct(item.show_title_id, item.label,
            item.weight, item.scores)) as items from dmc12_scored)
),
ranked as (select *, {ranks} from exploded)
select profile_id, country_iso_code, context_at, split, tags, stratum, inclusion_probability,
    collect_list(struct(item.show_title_id, item.label, item.weight, item.scores,
        struct({rankers}) as ranks)) as items
from ranked
group by all
"""
SORTS = """
transform(sort_array(transform(
    sort_array(transform(items.scores.{0}, (item, place) -> struct(0D - item as descent, place))),
    (item, rank) -> shiftleft(bigint(item.place), 32) | (rank + 1)
)), item -> int(item & bigint(4294967295))) as {0}
"""
SORTED = """
select profile_id, country_iso_code, context_at, split, tags, stratum, inclusion_probability,
    arrays_zip(show_title_id, label, weight, scores, ranks) as items
from (
    select *, items.show_title_id, items.label, items.weight, items.scores,
        arrays_zip({rankers}) as ranks
    from (select *, {ranks} from dmc12_scored)
)
"""
OTHERS = {
    "scan and write": ("select * from dmc12_ranked", ""),
    "sorts in SQL": (SORTED, SORTS),
    "explode, window": (EXPLODED, WINDOW),
}


def main(contexts: int = 100_000, items: int = 100, n_rankers: int = 4) -> None:
    """Compare the nested way with each of the others, each time in a Spark of its own."""
    rankers = RANKERS[:n_rankers]
    print(f"{contexts} contexts x {items} items, {n_rankers} rankers, {os.cpu_count()} cores")
    for other, (query, one) in OTHERS.items():
        ranks = ", ".join(map(one.format, rankers))
        with scored_world(contexts, items, rankers) as (spark, _):
            ways = {
                "nested": rank(spark.table("dmc12_scored")),
                other: spark.sql(query.format(ranks=ranks, rankers=", ".join(rankers))),
            }
            compare(spark, ways)


def compare(spark: Any, ways: Mapping[str, Any]) -> None:
    """Time the ways in turns, after a turn of each that is not counted, and print medians."""
    for way, frame in ways.items():
        print(way)
        print_plan(frame)
    written, made = {way: [] for way in ways}, {way: [] for way in ways}
    with tempfile.TemporaryDirectory() as folder:
        for turn in range(ROUNDS + 1):
            for way, frame in ways.items():
                os.sync()
                spark._jvm.System.gc()  # a way begins without the garbage of the one before
                begun = time.perf_counter()
                frame.write.option("compression", "zstd").mode("overwrite").parquet(folder)
                done = time.perf_counter()
                discard(frame)
                if turn:
                    written[way].append(done - begun)
                    made[way].append(time.perf_counter() - done)
    for way in ways:
        print(f"{way:16} written {median(written[way]):6.2f} s, made {median(made[way]):6.2f} s")
    for one, other in (ways, reversed(ways)):
        ratios = [median(seconds[one]) / median(seconds[other]) for seconds in (written, made)]
        print(f"{one} / {other}: written {ratios[0]:.2f}, made {ratios[1]:.2f}", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]))
