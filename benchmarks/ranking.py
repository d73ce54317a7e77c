"""Ranking nested items, against exploding them for a window, and against a bare scan and write.

    python benchmarks/ranking.py [CONTEXTS] [ITEMS] [RANKERS]     (20,000, 100 and 5 by default)

All write Parquet: the nested way dmc12_ranked itself; the window the same rows, exploded, ranked by
a window a ranker and collected again; the bare way scans and writes the same columns, ranks being
read as well. Shown besides: the same rows made and dropped, which leaves the writing out; and scan
and write of what ranking reads, one array a column and no ranks.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from scored_world import RANKERS, discard, print_plan, scored_world, seconds

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
UNRANKED = """
select profile_id, country_iso_code, context_at, split, tags, stratum, inclusion_probability,
    items.show_title_id, items.label, items.weight, items.scores
from dmc12_scored
"""


def main(contexts: int = 20_000, items: int = 100, n_rankers: int = len(RANKERS)) -> None:
    """Time the three ways, median of three each."""
    rankers = RANKERS[:n_rankers]
    by_window = EXPLODED.format(
        ranks=", ".join(map(RANK.format, rankers)), rankers=", ".join(rankers)
    )
    with (
        scored_world(contexts, items, rankers) as (spark, evaluation),
        tempfile.TemporaryDirectory() as folder,
    ):

        def write(query: str, name: str = "written") -> None:
            spark.sql(query).write.mode("overwrite").parquet(str(Path(folder) / name))

        nested_in_sql = evaluation.sql["dmc12_ranked"]
        print_plan(spark, nested_in_sql)
        print_plan(spark, by_window)
        nested = seconds(lambda: write(nested_in_sql))
        exploded = seconds(lambda: write(by_window))
        nested_made = seconds(lambda: discard(spark.sql(nested_in_sql)))
        exploded_made = seconds(lambda: discard(spark.sql(by_window)))
        unranked = seconds(lambda: write(UNRANKED))
        write(nested_in_sql, "ranked")
        spark.read.parquet(str(Path(folder) / "ranked")).createOrReplaceTempView("written_ranks")
        bare = seconds(lambda: write("select * from written_ranks"))
    print(f"{contexts} contexts x {items} items, {len(rankers)} rankers, {os.cpu_count()} cores")
    print(f"nested            {nested:8.2f} s")
    print(f"explode, window   {exploded:8.2f} s  ratio {exploded / nested:.1f}")
    print(f"nested, made      {nested_made:8.2f} s")
    print(f"window, made      {exploded_made:8.2f} s  ratio {exploded_made / nested_made:.1f}")
    print(f"scan and write    {bare:8.2f} s  nested is {nested / bare:.2f} of it")
    print(f"the same unranked {unranked:8.2f} s  nested is {nested / unranked:.2f} of it")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]))
