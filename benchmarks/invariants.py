"""The combined invariant test of a scored DMC-12 table, against a bare scan of the same columns.

    python benchmarks/invariants.py [CONTEXTS] [ITEMS]

The bare scan hands every row, whole, to a sink that drops it. Both sides take turns on one table of
59 features and 7 scores an item, as in the shipped world; prints the seconds, their medians' ratio,
and what Spark reads.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

import yaml
from dbt.cli.main import dbtRunner

from dbt.adapters.sparksession.session import close_session, current_session

REPO = Path(__file__).parents[1]
ROUNDS = 3
FEATURES = [f"f{n}" for n in range(59)]
SCORES = list("abcdefg")
SCORED = """
{{{{ config(materialized="table") }}}}
select
    id as profile_id, 'NL' as country_iso_code, timestamp '2026-06-18' as context_at,
    if(id % 2 = 0, 'train', 'test') as split, 1D as inclusion_probability,
    transform(sequence(1, {items}), title -> struct(
        bigint(title) as show_title_id,
        double(if(title % 10 = id % 10, 1, 0)) as label,
        1D as weight,
        struct({features}) as features,
        struct({scores}) as scores
    )) as items
from range(0, {contexts}, 1, 8)
"""


def main(contexts: int = 33_334, items: int = 300) -> None:
    """Build the table, then time both sides in turns."""
    os.environ["DBT_SEND_ANONYMOUS_USAGE_STATS"] = "false"
    with tempfile.TemporaryDirectory() as folder:
        try:
            _compare(Path(folder), contexts, items)
        finally:
            close_session()


def _compare(root: Path, contexts: int, items: int) -> None:
    values = "double(pmod(xxhash64(id, title, {n}), 1000)) as {name}"
    _write_project(
        root,
        SCORED.format(
            contexts=contexts,
            items=items,
            features=", ".join(values.format(n=n, name=f) for n, f in enumerate(FEATURES)),
            scores=", ".join(values.format(n=-n, name=s) for n, s in enumerate(SCORES)),
        ),
    )
    for command in (["run"], ["compile"]):
        where = ["--quiet", "--project-dir", str(root), "--profiles-dir", str(root)]
        result = dbtRunner().invoke([*command, *where])
        if not result.success:
            sys.exit(f"dbt {command[0]} failed: {result.exception or result.result}")
    (compiled,) = (root / "target" / "compiled").rglob("dmc12_valid*.sql")
    combined = compiled.read_text(encoding="utf-8")
    spark = current_session()
    plan = spark.sql(f"explain formatted {combined}").collect()[0][0]
    print(*(line for line in plan.splitlines() if line.startswith("ReadSchema")), sep="\n")
    bare, checked = [], []
    for number in range(ROUNDS + 1):
        start = time.perf_counter()
        spark.table("benchmark.scored").write.format("noop").mode("overwrite").save()
        between = time.perf_counter()
        assert spark.sql(f"select count(*) from ({combined})").collect()[0][0] == 0
        if number:  # the first round compiles
            bare.append(between - start)
            checked.append(time.perf_counter() - between)
    print(f"{contexts} contexts x {items} items, {os.cpu_count()} cores, {ROUNDS} rounds")
    print("bare scan     ", *(f"{seconds:7.2f} s" for seconds in bare))
    print("combined test ", *(f"{seconds:7.2f} s" for seconds in checked))
    print(f"median ratio   {statistics.median(checked) / statistics.median(bare):7.2f}")


def _write_project(root: Path, scored: str) -> None:
    settings = yaml.safe_load((REPO / "dbt_project.yml").read_text(encoding="utf-8"))
    settings |= {"model-paths": ["models"], "models": {}, "on-run-end": []}
    settings.pop("seeds")
    output = {"type": "sparksession", "schema": "benchmark", "threads": 2, "memory": "2g"}
    output["config"] = {"spark.sql.parquet.columnarReaderBatchSize": "64"}
    profile = {"dmc12": {"target": "run", "outputs": {"run": output}}}
    for folder in ("macros", "tests/generic"):
        shutil.copytree(REPO / folder, root / folder)
    (root / "models").mkdir()
    for path, text in {
        "dbt_project.yml": yaml.safe_dump(settings),
        "profiles.yml": yaml.safe_dump(profile),
        "models/scored.sql": scored,
        "models/scored.yml": "models: [{name: scored, data_tests: [dmc12_valid]}]",
    }.items():
        (root / path).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
