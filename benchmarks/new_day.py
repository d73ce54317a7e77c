"""One more day on a year of facts, against building all tables by day from that year's.

Facts are made up by hash, so many a day, by profiles and titles of skewed popularity. They are a
table whose own cost, the facts' fingerprints included, is left out on both sides. Timed is the time
from dbt's first node, fact_completeness_daily, to the end of the last, published and all; dbt's
start and Spark's are left out on both sides.

Run: python benchmarks/new_day.py [facts a day] [rounds]     (100,000 and 1 by default)
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

import yaml
from dbt.cli.main import dbtRunner

from dbt.adapters.sparksession.session import close_session

ROOT = Path(__file__).parents[1]
BY_DAY = (
    "fact_completeness_daily",
    "profile_plays_daily",
    "profile_history",
    "title_plays_daily",
    "title_popularity_daily",
)
DAYS = 365
FACTS = """
select
    *,
    xxhash64(*) as fingerprint
from (
select
    cast(id as string) as play_id,
    pmod(xxhash64(id, 'profile'), 50000L) as profile_id,
    cast(5000 * power(pmod(xxhash64(id, 'title'), 1000000L) / 1e6D, 3) as bigint) as show_title_id,
    element_at(array('US', 'BR', 'IN', 'GB', 'DE', 'FR', 'JP', 'MX'),
        cast(1 + pmod(xxhash64(pmod(xxhash64(id, 'profile'), 50000L)), 8) as int)
    ) as country_iso_code,
    timestamp '2025-07-01' + make_dt_interval(
        cast(id div {a_day} as int), 0, 0, cast(86400D * (id % {a_day}) / {a_day} as int)
    ) as played_at,
    1D as strength,
    timestamp '2020-01-01' as launched_at,
    'tv' as device
from range({a_day}L * {{{{ var('days') }}}})
)
"""
PROFILES = """
select id as profile_id, 'US' as country_iso_code, timestamp '2025-01-01' as signed_up_at
from range(50000)
"""


def project(root: Path, facts_a_day: int) -> None:
    shutil.copytree(ROOT / "macros", root / "macros")
    (root / "models").mkdir()
    for name in BY_DAY:
        shutil.copy(ROOT / "models" / "facts" / f"{name}.sql", root / "models")
        declared = yaml.safe_load((ROOT / "models" / "facts" / f"{name}.yml").read_text())
        for one in declared["models"]:
            one.pop("data_tests")
            for column in one["columns"]:
                column.pop("data_tests", None)
        (root / "models" / f"{name}.yml").write_text(yaml.safe_dump(declared))
    (root / "models" / "fct_plays.sql").write_text(FACTS.format(a_day=facts_a_day))
    (root / "models" / "profiles.sql").write_text(PROFILES)
    settings = yaml.safe_load((ROOT / "dbt_project.yml").read_text())
    settings["models"]["dmc12"] |= settings["models"]["dmc12"].pop("facts")
    settings["vars"]["days"] = DAYS
    settings["vars"]["dmc12"] |= {
        "facts_end_at": "2026-07-02",
        "train_starts_at": "2025-10-01",
        "min_completeness": 0.0,
    }
    del settings["on-run-end"], settings["seeds"]
    (root / "dbt_project.yml").write_text(yaml.safe_dump(settings, sort_keys=False))
    shutil.copy(ROOT / "profiles.yml", root)


def run(root: Path, *arguments: str) -> tuple[float, dict[str, float]]:
    """Run dbt; return the seconds from the first node to the last, and those of each node.

    Nodes that run beside each other take longer each, and less together.
    """
    where = ["--project-dir", str(root), "--profiles-dir", str(root)]
    result = dbtRunner().invoke(["--quiet", "run", *arguments, *where])
    assert result.success, result.exception or [one.message for one in result.result.results]
    ran = result.result.results
    timings = [one for node in ran for one in node.timing]
    together = max(one.completed_at for one in timings) - min(one.started_at for one in timings)
    print(f"{' '.join(arguments[:1])} {together.total_seconds():.1f} s", flush=True)
    return together.total_seconds(), {node.node.name: node.execution_time for node in ran}


def main(facts_a_day: int, rounds: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"DMC12_WAREHOUSE": f"{folder}/warehouse", "DBT_LOG_PATH": f"{folder}/logs"}
        os.environ |= {"DMC12_JAVA_COMPILER": "full"}
        root = Path(folder) / "project"
        root.mkdir()
        project(root, facts_a_day)
        year, more = (f"{{days: {days}}}" for days in (DAYS, DAYS + 1))
        ratios = []
        try:
            for _ in range(rounds):
                run(root, "--select", "fct_plays", "profiles", "--vars", year)
                all_days, whole = run(root, "--full-refresh", "--select", *BY_DAY, "--vars", year)
                run(root, "--select", "fct_plays", "--vars", more)
                one_day, day = run(root, "--select", *BY_DAY, "--vars", more)
                for name in BY_DAY:
                    print(f"{name:26} one day {day[name]:6.1f} s, all {whole[name]:6.1f} s")
                ratios.append(one_day / all_days)
                print(f"{'together':26} one day {one_day:6.1f} s, all {all_days:6.1f} s: ", end="")
                print(f"{100 * ratios[-1]:.1f} %")
        finally:
            close_session()
    print(
        f"{facts_a_day * DAYS:,} facts, median of {rounds}: {100 * statistics.median(ratios):.1f} %"
    )


if __name__ == "__main__":
    given = [int(text) for text in sys.argv[1:]]
    main(*given, *(100_000, 1)[len(given) :])
