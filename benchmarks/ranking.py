"""Ranking nested items, against exploding them for a window, and against a bare scan and write.

    python benchmarks/ranking.py [CONTEXTS] [ITEMS] [RANKERS]     (20,000, 100 and 5 by default)

All write Parquet: the nested way dmc12_ranked itself; the sorts the same rows, by Spark's own sorts
of the nested scores; the window the same rows, exploded, ranked by a window a ranker and collected
again; the bare way scans and writes the same columns, ranks being read as well. Shown besides: the
same rows made and dropped, which leaves the writing out.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from scored_world import RANKERS, discard, print_plan, scored_world

from dmc12.spark import rank

ROUNDS = 3
RANK = "row_number() over (partition by profile_id order by item.scores.{0} desc) as {0}"
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
)), item -> int(item & bigint(4294967295)))
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


def main(contexts: int = 20_000, items: int = 100, n_rankers: int = len(RANKERS)) -> None:
    """Time the ways in turns, after a turn of each that is not counted, and print medians."""
    rankers = RANKERS[:n_rankers]
    names = ", ".join(rankers)
    windows = ", ".join(map(RANK.format, rankers))
    sorts = ", ".join(f"{SORTS.format(ranker)} as {ranker}" for ranker in rankers)
    with (
        scored_world(contexts, items, rankers) as (spark, _),
        tempfile.TemporaryDirectory() as folder,
    ):
        path = str(Path(folder) / "written")
        ways = {
            "nested": rank(spark.table("dmc12_scored")),
            "sorts in SQL": spark.sql(SORTED.format(ranks=sorts, rankers=names)),
            "explode, window": spark.sql(EXPLODED.format(ranks=windows, rankers=names)),
            "scan and write": spark.table("dmc12_ranked"),
        }
        for way, frame in ways.items():
            print(way)
            print_plan(frame)
        written, made = {way: [] for way in ways}, {way: [] for way in ways}
        for turn in range(ROUNDS + 1):
            for way, frame in ways.items():
                os.sync()
                spark._jvm.System.gc()  # a way begins without the garbage of the one before
                begun = time.perf_counter()
                frame.write.mode("overwrite").parquet(path)
                done = time.perf_counter()
                discard(frame)
                if turn:
                    written[way].append(done - begun)
                    made[way].append(time.perf_counter() - done)
    print(f"{contexts} contexts x {items} items, {len(rankers)} rankers, {os.cpu_count()} cores")
    for way in ways:
        seconds, dropped = median(written[way]), median(made[way])
        print(
            f"{way:15} {seconds:6.2f} s, {seconds / median(written['nested']):5.2f} of nested; "
            f"made and dropped {dropped:6.2f} s, {dropped / median(made['nested']):5.2f}"
        )
    bare = median(written["scan and write"])
    print(f"nested is {median(written['nested']) / bare:.2f} of scan and write")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]))
