"""The sampler, exact and Bernoulli, against Spark's sampleBy and a plain window rank.

    python benchmarks/sampling.py [CONTEXTS ...]

Contexts lie in 24 strata of unlike sizes, in a Parquet table; a tenth of each stratum is kept. The
sampler is the project's own models as dbt compiles them; exact counts its strata and apportions
their targets too. Each way writes whole contexts to a sink, in turns; prints medians.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

REPO = Path(__file__).parents[1]
sys.path[:0] = [str(REPO / "tests" / "functional" / folder) for folder in ("", "flow")]

from dbt.cli.main import dbtRunner  # noqa: E402
from pyspark.sql import functions as F  # noqa: E402, N812
from sampler import SCHEMA, Sampler, read_compiled, write_sampler_project  # noqa: E402

from dbt.adapters.sparksession.session import close_session, current_session  # noqa: E402

ROUNDS = 3
RATE = 0.1
SPLITS = ("train", "validation", "test")
TAGGED = """
select
    id as profile_id, 'NL' as country_iso_code,
    timestamp_seconds(1781740800 + id % 100000) as context_at,
    element_at(array('train', 'train', 'train', 'validation', 'test'), int(1 + id % 5)) as split,
    struct(
        string(int(sqrt(pmod(xxhash64(id, 'a'), 16)))) as a,
        if(pmod(xxhash64(id, 'b'), 4) = 0, 'new', 'old') as b
    ) as tags,
    transform(sequence(1, 1 + pmod(id, 4)), title -> struct(title as show_title_id, 1D as label))
        as labels
from range(0, {contexts}, 1, 8)
"""
WINDOW = """
select * from (
    select
        *,
        row_number() over (
            partition by split, tags order by xxhash64(profile_id, context_at)
        ) as place,
        count(*) over (partition by split, tags) as population
    from contexts_tagged
) where place <= ceil({rate} * population)
"""


def main(*sizes: int) -> None:
    """Compile both samplers, then time all ways at each size."""
    os.environ["DBT_SEND_ANONYMOUS_USAGE_STATS"] = "false"
    with tempfile.TemporaryDirectory() as folder:
        try:
            samplers = {
                method: _compiled(Path(folder) / method, sampling_method=method)
                for method in ("exact", "bernoulli")
            }
            print(f"{os.cpu_count()} cores, {RATE:.0%} kept of 24 strata, {ROUNDS} rounds")
            print("contexts  way         median s  contexts/s  us each  of the plain window")
            for contexts in sizes or (10_000, 100_000, 1_000_000):
                _compare(Path(folder), samplers, contexts)
        finally:
            close_session()


def _compiled(root: Path, **knobs: Any) -> Sampler:
    root.mkdir()
    output = {"type": "sparksession", "schema": SCHEMA, "threads": 2, "memory": "2g"}
    profile = {"target": "run", "outputs": {"run": output}}
    sampling = {split: {"rate": RATE} for split in SPLITS}
    checked = write_sampler_project(root, profile, sampling=sampling, **knobs)
    where = ["--quiet", "--project-dir", str(root), "--profiles-dir", str(root)]
    result = dbtRunner().invoke(["compile", *where])
    if not result.success:
        sys.exit(f"dbt compile failed: {result.exception or result.result}")
    return Sampler(read_compiled(root), checked)


def _compare(folder: Path, samplers: dict[str, Sampler], contexts: int) -> None:
    spark = current_session()
    path = str(folder / f"contexts_{contexts}")
    spark.sql(TAGGED.format(contexts=contexts)).write.parquet(path)
    tagged = spark.read.parquet(path)
    tagged.createOrReplaceTempView("contexts_tagged")
    cell = F.concat_ws("/", "split", "tags.a", "tags.b")
    cells = tagged.select(cell.alias("cell")).distinct().collect()
    fractions = {row.cell: RATE for row in cells}

    def exact() -> Any:
        samplers["exact"].run(tagged)
        return spark.table("contexts_sampled")

    ways: dict[str, Callable[[], Any]] = {
        "exact": exact,
        "bernoulli": lambda: spark.sql(samplers["bernoulli"].sql["contexts_sampled"]),
        "window": lambda: spark.sql(WINDOW.format(rate=RATE)),
        "sampleBy": lambda: tagged.sampleBy(cell, fractions, seed=1),
    }
    seconds: dict[str, list[float]] = {way: [] for way in ways}
    for number in range(ROUNDS + 1):
        for way, frame in ways.items():
            start = time.perf_counter()
            frame().write.format("noop").mode("overwrite").save()
            if number:  # the first round compiles
                seconds[way].append(time.perf_counter() - start)
    medians = {way: statistics.median(taken) for way, taken in seconds.items()}
    for way, median in medians.items():
        print(
            f"{contexts:8,}  {way:10}  {median:8.2f}  {contexts / median:10,.0f}"
            f"  {median / contexts * 1e6:7.2f}  {median / medians['window']:6.2f}"
        )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
