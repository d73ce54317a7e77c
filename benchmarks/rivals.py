"""One pass over rankers x metrics x k, against the evaluators that one would use instead.

    python benchmarks/rivals.py [CONTEXTS] [ITEMS]

Four rankers; on our side all 30 metrics at k = 1, 5, 10, 20, ties in expectation, as means by slice
with errors and chance values (`metric_sums_by_tags`, `metrics_by_slice`), and with the table that
has them by context. Against
- Spark ML's RankingEvaluator, called for each ranker, metric and k that it has (17 of them);
- a query a ranker and k, as RePlay aggregates: top k by a window, metrics by profile, their means;
- polars on one machine: the same aggregation, all of a ranker's k in one query;
- ranx on one machine: NDCG, recall, precision and hit rate at each k, MRR and MAP, a call a ranker.
Both read Parquet files of the exploded items, and are left out where they are not installed
(`pip install polars ranx`).
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from pyspark.ml.evaluation import RankingEvaluator
from scored_world import KS, discard, scored_world, seconds

from dmc12.spark import measure, sum_metrics_by_tags

RANKERS = ("a", "b", "c", "d")
PREDICTIONS = """
select
    transform(
        sort_array(transform(
            items, item -> struct(-item.scores.{ranker}, double(item.show_title_id) as id)
        )),
        item -> item.id
    ) as prediction,
    transform(filter(arrays_zip(items.show_title_id, items.label), item -> item.label > 0),
        item -> double(item.show_title_id)) as label
from dmc12_scored
"""
AT_K = ("meanAveragePrecisionAtK", "precisionAtK", "ndcgAtK", "recallAtK")
EXPLODED = """
select profile_id, inline(transform(items, item -> struct(item.show_title_id, item.label as label,
    item.scores.a, item.scores.b, item.scores.c, item.scores.d)))
from dmc12_scored
"""
PER_K = """
with exploded as (
    select profile_id, inline(transform(
        items, item -> struct(item.label as label, item.scores.{ranker} as score)
    ))
    from dmc12_scored
),
ranked as (
    select profile_id, label,
        row_number() over (partition by profile_id order by score desc) as place,
        row_number() over (partition by profile_id order by label desc) as ideal
    from exploded
),
measured as (
    select profile_id,
        sum(if(place <= {k}, label / log2(1 + place), 0))
        / sum(if(ideal <= {k}, label / log2(1 + ideal), 0)) as ndcg,
        sum(if(place <= {k}, label, 0)) / sum(label) as recall,
        sum(if(place <= {k}, label, 0)) / {k} as precision,
        max(if(place <= {k}, label, 0)) as hit,
        coalesce(1 / min(if(place <= {k} and label > 0, place, null)), 0) as mrr
    from ranked group by profile_id
)
select avg(ndcg), avg(recall), avg(precision), avg(hit), avg(mrr) from measured
"""


def main(contexts: int = 20_000, items: int = 100) -> None:
    """Time all ways on the same contexts."""
    world = scored_world(contexts, items, RANKERS)
    with world as (spark, evaluation), tempfile.TemporaryDirectory() as folder:

        def kept(name: str, frame: Any) -> Any:
            """Write a frame as a build does, and read it back."""
            path = str(Path(folder) / name)
            frame.write.mode("overwrite").parquet(path)
            return spark.read.parquet(path)

        def one_pass() -> None:
            sums = sum_metrics_by_tags(spark.table("dmc12_ranked"), evaluation.knobs)
            kept("sums", sums).createOrReplaceTempView("metric_sums_by_tags")
            discard(spark.sql(evaluation.sql["metrics_by_slice"]))

        def by_context() -> None:
            kept("by_context", measure(spark.table("dmc12_ranked"), evaluation.knobs))

        ours = seconds(one_pass)
        also_by_context = ours + seconds(by_context)
        print(
            f"{contexts} contexts x {items} items, {len(RANKERS)} rankers, {os.cpu_count()} cores"
        )
        print(f"one pass          {ours:8.2f} s")
        print(f"  and by context  {also_by_context:8.2f} s")
        evaluators, calls = _evaluators(spark)
        print(
            f"RankingEvaluator  {evaluators:8.2f} s  {calls} calls; ratio {evaluators / ours:.1f}, "
            f"{evaluators / also_by_context:.1f}"
        )
        start = time.perf_counter()
        for ranker in RANKERS:
            for k in KS:
                spark.sql(PER_K.format(ranker=ranker, k=k)).collect()
        per_k = time.perf_counter() - start
        queries = len(RANKERS) * len(KS)
        print(f"a query a k       {per_k:8.2f} s  {queries} of 5 metrics; ratio {per_k / ours:.1f}")
        path = str(Path(folder) / "exploded")
        spark.sql(EXPLODED).write.parquet(path)
        _polars(path, ours)
        _ranx(path, ours)


def _evaluators(spark: Any) -> tuple[float, int]:
    """Return the seconds and the number of calls."""
    start, calls = time.perf_counter(), 0
    for ranker in RANKERS:
        frame = spark.sql(PREDICTIONS.format(ranker=ranker))
        places = [("meanAveragePrecision", 1), *((name, k) for name in AT_K for k in KS)]
        for metric, k in places:
            RankingEvaluator(metricName=metric, k=k).evaluate(frame)
            calls += 1
    return time.perf_counter() - start, calls


def _polars(path: str, ours: float) -> None:
    """Print the seconds of polars, or that it is not installed."""
    try:
        import polars as pl
    except ImportError:
        print("polars            not installed")
        return

    def run() -> None:
        for ranker in RANKERS:
            place = pl.col(ranker).rank("ordinal", descending=True).over("profile_id")
            ideal = pl.col("label").rank("ordinal", descending=True).over("profile_id")
            label = pl.col("label")
            top = {k: label * (pl.col("place") <= k) for k in KS}
            best = {k: label * (pl.col("ideal") <= k) for k in KS}
            (
                pl.scan_parquet(f"{path}/*.parquet")
                .select("profile_id", "label", ranker)
                .with_columns(place.alias("place"), ideal.alias("ideal"))
                .group_by("profile_id")
                .agg(
                    *[
                        ((top[k] / (1 + pl.col("place")).log(2)).sum()
                         / (best[k] / (1 + pl.col("ideal")).log(2)).sum()).alias(f"ndcg_at_{k}")
                        for k in KS
                    ],
                    *[(top[k].sum() / label.sum()).alias(f"recall_at_{k}") for k in KS],
                    *[(top[k].sum() / k).alias(f"precision_at_{k}") for k in KS],
                    *[top[k].max().alias(f"hit_at_{k}") for k in KS],
                    (1 / pl.col("place").filter(label > 0).min()).alias("mrr"),
                )
                .select(pl.all().exclude("profile_id").mean())
                .collect()
            )  # fmt: skip

    taken = seconds(run)
    print(f"polars            {taken:8.2f} s  17 metrics a ranker; ratio {taken / ours:.1f}")


def _ranx(path: str, ours: float) -> None:
    """Print the seconds of ranx, or that it is not installed."""
    try:
        import pandas as pd
        from ranx import Qrels, Run, evaluate
    except ImportError:
        print("ranx              not installed")
        return
    names = [f"{name}@{k}" for name in ("ndcg", "recall", "precision", "hit_rate") for k in KS]
    columns = {"q_id_col": "profile_id", "doc_id_col": "show_title_id"}

    def run() -> None:
        frame = pd.read_parquet(path)
        frame = frame.astype({"profile_id": str, "show_title_id": str})
        positives = frame[frame.label > 0].astype({"label": int})
        qrels = Qrels.from_df(positives, score_col="label", **columns)
        for ranker in RANKERS:
            scored = Run.from_df(frame, score_col=ranker, **columns)
            evaluate(qrels, scored, [*names, "mrr", "map"])

    taken = seconds(run)
    print(f"ranx              {taken:8.2f} s  18 metrics a ranker; ratio {taken / ours:.1f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
