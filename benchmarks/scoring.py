"""What `score_batch` costs beyond LightGBM's own predictions: `python benchmarks/scoring.py`.

Four rankers (two baselines, two boosted) score contexts of 300 items with 33 features, batch by
batch; beside it, LightGBM alone predicts the two boosted ones from a ready matrix. Both use one
thread, so processor time is what is compared.
"""

import json
import time
from collections.abc import Callable

import lightgbm
import numpy as np
import pyarrow as pa

from dmc12.dataset import Dataset
from dmc12.scoring import Rankers, score_batch
from dmc12.trainers import TRAINERS
from dmc12.trainers.base import Scorer, check_params

CONTEXTS, ITEMS, FEATURES, CONTEXTS_PER_BATCH = 1_000, 300, 33, 100


def main() -> None:
    dataset = simulated(np.random.default_rng(12))
    rankers = Rankers(trained(dataset))
    batches = as_batches(dataset)
    _, matrix = next(dataset.blocks(dataset.n_items))
    boosters = [
        lightgbm.Booster(model_str=json.loads(scorer.to_text())["booster"])
        for name, scorer in rankers.scorers.items()
        if name in ("lambdarank", "pointwise")
    ]
    bare = seconds(
        lambda: [b.predict(matrix, raw_score=True, num_threads=1) for b in boosters]
    )  # fmt: skip
    whole = seconds(lambda: [score_batch(batch, rankers) for batch in batches])
    print(f"{dataset.n_items:,} items x {FEATURES} features, {len(rankers.scorers)} rankers")
    print(f"LightGBM alone {bare:.2f} s: {dataset.n_items / bare:,.0f} items/s")
    print(f"score_batch    {whole:.2f} s: {dataset.n_items / whole:,.0f} items/s")
    print(f"ratio {whole / bare:.3f}")


def simulated(rng: np.random.Generator) -> Dataset:
    n = CONTEXTS * ITEMS
    columns = {f"feature{place}": rng.exponential(20, n) for place in range(FEATURES)}
    columns["feature0"] = np.floor(columns["feature0"])
    signal = columns["feature0"] / 20 + columns["feature1"] / 30 + rng.normal(size=n)
    labels = np.clip(np.floor(signal - 3), 0, 3)
    return Dataset(columns, labels, np.ones(n), np.full(CONTEXTS, ITEMS))


def trained(dataset: Dataset) -> dict[str, Scorer]:
    boosted = {"num_boost_round": 100}
    declared = {
        "popularity": ("feature", {"feature": "feature1"}),
        "own_plays": ("lexicographic", {"features": ["feature0", "feature1"]}),
        "lambdarank": ("lambdarank", boosted),
        "pointwise": ("pointwise", boosted),
    }
    return {
        name: TRAINERS[trainer].fit(dataset, check_params(TRAINERS[trainer], params))
        for name, (trainer, params) in declared.items()
    }


def as_batches(dataset: Dataset) -> list[pa.RecordBatch]:
    n = dataset.n_items
    items = pa.StructArray.from_arrays(
        [
            pa.array(np.arange(n)),
            pa.array(dataset.labels),
            pa.array(dataset.weights),
            pa.StructArray.from_arrays(list(map(pa.array, dataset.columns.values())),
                                       names=dataset.feature_names),
        ],
        names=["show_title_id", "label", "weight", "features"],
    )  # fmt: skip
    offsets = pa.array(np.arange(0, n + 1, ITEMS), pa.int32())
    contexts = pa.RecordBatch.from_arrays(
        [pa.array(np.arange(CONTEXTS)), pa.ListArray.from_arrays(offsets, items)],
        names=["profile_id", "items"],
    )
    return [
        contexts.slice(start, CONTEXTS_PER_BATCH)
        for start in range(0, CONTEXTS, CONTEXTS_PER_BATCH)
    ]


def seconds(run: Callable[[], object], times: int = 5) -> float:
    best = float("inf")
    for _ in range(times):
        started = time.process_time()
        run()
        best = min(best, time.process_time() - started)
    return best


if __name__ == "__main__":
    main()
