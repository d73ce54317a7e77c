"""Lambdarank by 2 workers of 1 thread each, against one of 2 threads: time and quality.

    python benchmarks/distributed.py [FOLDER]

Both run as Spark's tasks and read the Parquet files of FOLDER, a table `dmc12_featurized`; without
one, of 300,000 simulated train items with 33 features. Medians of 3 runs each, in turns.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import SparkSession

from dmc12.dataset import features_of, read_dataset
from dmc12.encoders import ORACLE_FEATURES
from dmc12.rankers import RankerSet
from dmc12.spark.distributed import train_distributed
from dmc12.trainers import TRAINERS, scorer_from_text, text_sha256
from dmc12.trainers.distributed_lambdarank import DistributedLambdarankParams
from dmc12.trainers.lightgbm import LambdarankParams
from dmc12.training import validation_ndcg

CONTEXTS, ITEMS, FEATURES = 4_000, 100, 33
SETTINGS = {"num_boost_round": 100}
STOPPED = {"num_boost_round": 300, "early_stopping_rounds": 30}


def main(folder: str | None = None) -> None:
    os.environ["PYSPARK_PYTHON"] = sys.executable
    spark = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "localhost")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("OFF")
    with tempfile.TemporaryDirectory() as made:
        files = sorted(map(str, Path(folder or simulated(Path(made))).glob("*.parquet")))
        features = [name for name in features_of(files) if name not in ORACLE_FEATURES]
        validation = read_dataset(files, "validation", features)
        for what, settings in (("fixed rounds", SETTINGS), ("early stopping", STOPPED)):
            print(f"{what}: {settings}")
            compare(spark, files, features, settings, validation)
    spark.stop()


def compare(
    spark: SparkSession, files: list[str], features: list[str], settings: Any, validation: Any
) -> None:
    params = DistributedLambdarankParams(n_workers=2, **settings)
    both = RankerSet("both", "distributed_lambdarank", tuple(features), params)
    ways: dict[str, Callable[[], str]] = {
        "1 x 2 threads ": lambda: alone(spark, files, features, LambdarankParams(**settings)),
        "2 x 1 thread  ": lambda: together(spark, files, both),
    }
    texts: dict[str, set[str]] = {way: set() for way in ways}
    taken: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(3):
        for way, train in ways.items():
            started = time.perf_counter()
            texts[way].add(train())
            taken[way].append(time.perf_counter() - started)
    medians = []
    for way in ways:
        [text] = texts[way]  # equal in all runs
        scorer = scorer_from_text(text, text_sha256(text))
        medians.append(statistics.median(taken[way]))
        ndcg = validation_ndcg(scorer, validation, 2)
        print(f"  {way} {medians[-1]:6.2f} s  NDCG@10 {ndcg:.4f}  rounds {scorer.best_iteration}")
    print(f"  ratio {medians[1] / medians[0]:.2f}")


def together(spark: SparkSession, files: list[str], one: RankerSet) -> str:
    [row] = train_distributed(spark, one, files).collect()
    return str(json.loads(row.entry)["text"])


def alone(spark: SparkSession, files: list[str], features: list[str], params: Any) -> str:
    def work(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for _ in batches:
            train = read_dataset(files, "train", features)
            validation = read_dataset(files, "validation", features)
            trainer = TRAINERS["lambdarank"]
            scorer = trainer.fit(train, params, validation=validation, threads=2)
            validation_ndcg(scorer, validation, 2)
            yield pa.RecordBatch.from_pydict({"text": [scorer.to_text()]})

    return str(spark.range(0, 1, numPartitions=1).mapInArrow(work, "text string").collect()[0].text)


def simulated(folder: Path) -> Path:
    rng = np.random.default_rng(12)
    n = CONTEXTS * ITEMS
    columns = {f"feature{place}": rng.exponential(20, n) for place in range(FEATURES)}
    signal = columns["feature0"] / 20 + columns["feature1"] / 30 + rng.normal(size=n)
    items = pa.StructArray.from_arrays(
        [
            pa.array(np.arange(n)),
            pa.array(np.clip(np.floor(signal - 3), 0, 3)),
            pa.array(np.ones(n)),
            pa.StructArray.from_arrays(list(map(pa.array, columns.values())), names=list(columns)),
        ],
        names=["show_title_id", "label", "weight", "features"],
    )
    offsets = pa.array(np.arange(0, n + 1, ITEMS), pa.int32())
    split = np.where(np.arange(CONTEXTS) % 4 < 3, "train", "validation")
    table = pa.table({
        "profile_id": np.arange(CONTEXTS),
        "context_at": pa.array(np.arange(CONTEXTS), pa.timestamp("us", tz="UTC")),
        "split": split,
        "items": pa.ListArray.from_arrays(offsets, items),
    })  # fmt: skip
    pq.write_table(table, folder / "part.parquet", row_group_size=CONTEXTS // 4)
    return folder


if __name__ == "__main__":
    main(*sys.argv[1:2])
