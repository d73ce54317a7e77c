"""A sweep against its sets one after another, and a training's memory against LightGBM's own.

`python benchmarks/sweep.py [sets] [contexts] [turns]`, 30, 2,000 and 3 by default; contexts of 150
items, 40 features, 40 rounds. Both sides start from the same Parquet files and end with a text and
a validation NDCG@10 of each set. One after another: the files read into memory once, binned once,
each set trained by LightGBM with all cores. The sweep: `dmc12.spark.train` on local[*], a Spark
task a set. Both are run once before, and idle OpenMP threads sleep on both sides (beside a JVM,
spinning ones made the first side seven times slower). Medians, the sides taking turns.

Memory is the peak of a process of its own that trains one set: LightGBM from its binary file with
labels and groups, and `train_set`, as the first on the machine (it reads and bins) and as a later
one. What importing the libraries takes is measured and left out.
"""

import multiprocessing
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import yaml
from pyspark.sql import SparkSession

from dmc12.dataset import read_dataset
from dmc12.knobs import Knobs, knobs_of
from dmc12.rankers import ranker_specs
from dmc12.spark import train
from dmc12.spark.training import fingerprints
from dmc12.spool import Spool
from dmc12.store import Store
from dmc12.sweep import Job
from dmc12.trainers.binning import binned
from dmc12.trainers.lightgbm import LAMBDARANK
from dmc12.trainers.ndcg import Ndcg
from dmc12.training import peak_memory_mb, train_set

ITEMS, FEATURES, ROUNDS = 150, 40, 40
REPO = Path(__file__).parents[1]


os.environ.setdefault("OMP_WAIT_POLICY", "passive")


def main(sets: int = 30, contexts: int = 2_000, turns: int = 3) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        knobs = knobs_with(sets)
        write(root / "featurized", contexts, list(knobs.features))
        paths = [str(path) for path in sorted((root / "featurized").glob("*.parquet"))]
        speed(root, paths, knobs, turns)
        memory(root, paths, knobs)


def knobs_with(sets: int) -> Knobs:
    """The project's knobs with one ranker of so many sets."""
    own = yaml.safe_load((REPO / "dbt_project.yml").read_text())["vars"]["dmc12"]
    features = own["features"][:FEATURES]
    swept = {
        "trainer": "lambdarank",
        "params": {"num_boost_round": ROUNDS},
        "search": {
            "n": sets,
            "params": {
                "learning_rate": {"low": 0.02, "high": 0.3, "log": True},
                "num_leaves": {"low": 7, "high": 63, "log": True},
                "lambda_l2": [0.0, 1.0, 10.0],
            },
        },
    }
    return knobs_of(
        own
        | {"features": features, "rankers": {"swept": swept}, "control_ranker": "swept"}
        | {"training_threads": None, "training_task_cpus": None, "bundle_rankers": []}
    )


def write(folder: Path, contexts: int, features: list[str]) -> None:
    """Write contexts in the form of `dmc12_featurized`, a quarter of them for validation."""
    folder.mkdir()
    rng = np.random.default_rng(12)
    for place in range(4):
        n = contexts // 4
        columns = [rng.exponential(20, n * ITEMS) for _ in features]
        signal = columns[0] / 20 + columns[1] / 30 + rng.normal(size=n * ITEMS)
        items = pa.StructArray.from_arrays(
            [
                pa.array(np.tile(np.arange(ITEMS), n)),
                pa.array(np.clip(np.floor(signal - 3), 0, 3)),
                pa.array(np.ones(n * ITEMS)),
                pa.StructArray.from_arrays(list(map(pa.array, columns)), names=features),
            ],
            names=["show_title_id", "label", "weight", "features"],
        )
        offsets = pa.array(np.arange(0, n * ITEMS + 1, ITEMS), pa.int32())
        moments = (1_780_000_000 + place * n + np.arange(n)) * 1_000_000
        table = pa.table({
            "profile_id": np.arange(n),
            "context_at": pa.array(moments, pa.timestamp("us", tz="UTC")),
            "split": np.where(np.arange(n) % 4, "train", "validation"),
            "inclusion_probability": np.ones(n),
            "items": pa.ListArray.from_arrays(offsets, items),
        })  # fmt: skip
        pq.write_table(table, folder / f"part-{place}.parquet", row_group_size=500)


def speed(root: Path, paths: list[str], knobs: Knobs, turns: int) -> None:
    session = (
        SparkSession.builder.master("local[*]")
        .config("spark.sql.warehouse.dir", str(root / "warehouse"))
        .config("spark.ui.enabled", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    featurized = session.read.parquet(str(root / "featurized"))

    in_sets: list[float] = []

    def swept() -> None:
        shutil.rmtree(root / "warehouse", ignore_errors=True)
        rows = train(featurized, "bench", knobs).select("status", "wall_seconds").collect()
        assert {row.status for row in rows} == {"trained"}
        in_sets.append(sum(row.wall_seconds for row in rows))

    sides = {"one after another": lambda: one_after_another(paths, knobs), "sweep": swept}
    took: dict[str, list[float]] = {name: [] for name in sides}
    for turn in range(turns + 1):
        for name, side in sides.items():
            took[name] += [seconds(side)][: min(turn, 1)]
    fingerprinted = seconds(lambda: fingerprints(featurized, knobs.features))
    session.stop()
    medians = {name: statistics.median(times) for name, times in took.items()}
    n = len(ranker_specs(knobs.rankers, knobs.features)[0].sets)
    for name, median in medians.items():
        print(
            f"{name}: {median:.1f} s, {n / median:.2f} sets/s {[round(t, 1) for t in took[name]]}"
        )
    ratio = medians["one after another"] / medians["sweep"]
    print(f"throughput of the sweep {ratio:.2f} x")
    print(
        f"  of its time, sets took {in_sets[-1]:.1f} s, summed; fingerprints {fingerprinted:.1f} s"
    )


def one_after_another(paths: list[str], knobs: Knobs) -> None:
    """What one would write by hand: read once, bin once, train each with all cores."""
    import lightgbm

    cores = len(os.sched_getaffinity(0))
    [spec] = ranker_specs(knobs.rankers, knobs.features)
    whole = read_dataset(paths, "train", list(knobs.features))
    validation = read_dataset(paths, "validation", list(knobs.features))
    _, matrix = next(validation.blocks(validation.n_items))
    ndcg = Ndcg(validation.labels, validation.group_sizes)
    data = lightgbm.Dataset(
        pa.table(whole.columns),
        label=whole.labels,
        group=whole.group_sizes,
        params=LAMBDARANK._settings(spec.sets[0].params, cores),
    )
    for one in spec.sets:
        booster = lightgbm.train(LAMBDARANK._settings(one.params, cores), data, ROUNDS)
        ndcg(np.asarray(booster.predict(matrix, raw_score=True, num_threads=cores)))
        booster.model_to_string()


def memory(root: Path, paths: list[str], knobs: Knobs) -> None:
    [spec] = ranker_specs(knobs.rankers, knobs.features)
    spool = Spool(root / "spool", tuple(paths), tuple(knobs.features))
    job = Job(spec.sets[0], "key")
    store = Store(root / "store")
    before = apart(nothing)
    first = apart(train_set_peak, job, spool, store) - before
    later = apart(train_set_peak, job, spool, store) - before
    own = apart(lightgbm_peak, job, spool) - before
    print(f"peak memory beyond imports: LightGBM alone {own:.0f} MB")
    for name, peak in (("first of a machine", first), ("later ones", later)):
        print(f"  train_set, {name}: {peak:.0f} MB, {peak / own:.2f} x")


def nothing() -> float:
    import lightgbm  # noqa: F401

    return peak_memory_mb()


def train_set_peak(job: Job, spool: Spool, store: Store) -> float:
    train_set(job, spool, store, threads=1)
    return peak_memory_mb()


def lightgbm_peak(job: Job, spool: Spool) -> float:
    """Train from the binary file that is there, beside labels and groups, and do nothing else."""
    import lightgbm

    spooled = spool.read("train")
    settings = LAMBDARANK._settings(job.one.params, 1)
    data = binned(spooled, settings)
    data.set_label(spooled.labels)
    data.set_group(spooled.group_sizes)
    lightgbm.train(settings, data, ROUNDS)
    return peak_memory_mb()


def apart(measure: Callable[..., float], *arguments: Any) -> float:
    """Measure in a process of its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(measure, arguments)


def seconds(run: Callable[[], object]) -> float:
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


if __name__ == "__main__":
    main(*(int(value) for value in sys.argv[1:]))
