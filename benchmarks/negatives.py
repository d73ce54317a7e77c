"""Contexts per second of drawing 100 negatives each out of 100,000 titles, by strategy.

    python benchmarks/negatives.py [CONTEXTS ...]     default: 10000 100000

Beside it what others do: a join of contexts with titles and a window over hashes, and a loop over
profiles that draws with numpy and tries again what was played (as RecBole's sampler does; with
replacement, without probabilities). Prints microseconds a context, and ratios.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import DataFrame, SparkSession

from dmc12.negatives import draw
from dmc12.spark import draw_negatives

TITLES = 100_000
WANTED = 100
JOINED, LOOPED = 200, 5_000  # contexts of the others' ways, which take as long for each
QUOTAS = {
    "uniform": {"uniform": WANTED},
    "popularity": {"popularity": WANTED},
    "own": {"own": WANTED},
    "impressions": {"impressions": WANTED},
    "hard": {"hard": WANTED},
    "mix": {"own": 10, "impressions": 5, "hard": 15, "popularity": 30, "uniform": 40},
}
MOMENT = pa.timestamp("us", tz="UTC")
# each profile played 20 titles before, some of them few others do, plays 3 and is shown 10
CONTEXTS = """
    id as profile_id,
    'US' as country_iso_code,
    timestamp '2026-06-01' as context_at,
    'train' as split,
    transform(sequence(1, 23), n -> struct(
        timestamp '2026-06-01' - make_dt_interval(21 - n) as played_at,
        cast(1 + 100000 * power(pmod(xxhash64(id, n), 1000000) / 1e6D, 2) as bigint)
            as show_title_id
    )) as plays,
    transform(sequence(1, 10), n -> struct(
        timestamp '2026-06-01' as shown_at,
        1 + pmod(xxhash64(id, -n), 100000) as show_title_id
    )) as impressions
"""
JOIN_AND_WINDOW = f"""
    with paired as (
        select contexts.profile_id, titles.show_title_id, row_number() over (
            partition by contexts.profile_id
            order by xxhash64(contexts.profile_id, titles.show_title_id, 'salt')
        ) as place
        from contexts cross join titles
        where not array_contains(contexts.plays.show_title_id, titles.show_title_id)
    )
    select * from paired where place <= {WANTED}
"""


def write_sources(folder: Path) -> draw.Sources:
    """Write a catalogue, Zipf weights and co-plays of 50 neighbours a title."""
    random = np.random.default_rng(12)
    ids = np.arange(1, TITLES + 1)
    launched = pa.array(random.integers(0, 1_700_000_000_000_000, TITLES)).cast(MOMENT)
    fitted = pa.array([1_777_000_000_000_000]).cast(MOMENT)
    title, neighbour = np.repeat(ids, 50), random.integers(1, TITLES + 1, 50 * TITLES)
    tables = {
        "titles": pa.table(
            {"show_title_id": ids, "launched_at": launched, "country_iso_codes": [["*"]] * TITLES}
        ),
        "weights": pa.table(
            {
                "fitted_at": pa.concat_arrays([fitted] * TITLES),
                "show_title_id": ids,
                "weight": (1 + 1e6 / ids) ** 0.75,
            }
        ),
        "coplays": pa.table(
            {
                "fitted_at": pa.array(np.full(len(title), 1_777_000_000_000_000)).cast(MOMENT),
                "show_title_id": title,
                "neighbour_id": neighbour,
                "cosine": random.random(len(title)),
            }
        ),
    }
    for name, table in tables.items():
        pq.write_table(table, folder / f"{name}.parquet")
    return draw.Sources(**{name: (str(folder / f"{name}.parquet"),) for name in tables})


def microseconds(run: Callable[..., object], *arguments: object) -> float:
    start = time.perf_counter()
    run(*arguments)
    return 1e6 * (time.perf_counter() - start)


def drawn(contexts: DataFrame, sources: draw.Sources, quotas: dict[str, int]) -> None:
    plan = draw.Plan(quotas, excludes_past=True, horizon=86_400_000_000, salt="benchmark")
    negatives = draw_negatives(contexts, sources, plan)
    negatives.write.format("noop").mode("overwrite").save()


def looped(profiles: Iterable[set[int]]) -> None:
    """Draw as RecBole does: all at once for a profile, then again those that it has used."""
    random = np.random.default_rng(12)
    for used in profiles:
        titles = random.integers(1, TITLES + 1, WANTED)
        again = [place for place, title in enumerate(titles) if title in used]
        while again:
            titles[again] = random.integers(1, TITLES + 1, len(again))
            again = [place for place in again if titles[place] in used]


def main(sizes: list[int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        sources = write_sources(Path(folder))
        spark = (
            SparkSession.builder.master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.execution.arrow.maxRecordsPerBatch", "64")
            .config("spark.sql.warehouse.dir", folder)
            .getOrCreate()
        )
        spark.sparkContext.setLogLevel("ERROR")

        try:
            compare(spark, sources, sizes)
        finally:
            spark.stop()


def compare(spark: SparkSession, sources: draw.Sources, sizes: list[int]) -> None:
    def contexts(n: int) -> DataFrame:
        spark.range(0, n, 1, 8).createOrReplaceTempView("ids")
        return spark.sql(f"select {CONTEXTS} from ids")

    drawn(contexts(1_000), sources, QUOTAS["mix"])  # starts the workers, which read the sources
    cost = {}
    for name, quotas in QUOTAS.items():
        for n in sizes:
            cost[name, n] = microseconds(drawn, contexts(n), sources, quotas) / n
            print(f"{name:12} {n:9,} contexts {cost[name, n]:8.1f} us each", flush=True)
        ratio = cost[name, sizes[-1]] / cost[name, sizes[0]]
        print(f"{name:12} largest over smallest size: {ratio:.2f}")

    contexts(JOINED).createOrReplaceTempView("contexts")
    spark.read.parquet(*sources.titles).createOrReplaceTempView("titles")
    window = spark.sql(JOIN_AND_WINDOW).write.format("noop").mode("overwrite")
    plays = contexts(LOOPED).selectExpr("plays.show_title_id as titles").toLocalIterator()
    others = {
        f"join and window, {JOINED:,} contexts": microseconds(window.save) / JOINED,
        f"loop on one core, {LOOPED:,} contexts": microseconds(
            looped, [set(row.titles) for row in plays]
        )
        / LOOPED,
    }
    for name, each in others.items():
        ratio = each / cost["uniform", sizes[-1]]
        print(f"{name:36} {each:10.1f} us each, {ratio:.2f} times our uniform draw")


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [10_000, 100_000])
