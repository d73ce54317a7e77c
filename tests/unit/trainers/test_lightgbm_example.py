"""LightGBM's own lambdarank example, through this project's trainer."""

import json
import os
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
import pytest

from dmc12.dataset import Dataset
from dmc12.trainers import TRAINERS

SHARED = os.environ.get("DMC12_SHARED_DATA", Path(__file__).parents[4] / "shared" / "data")
EXAMPLE = Path(SHARED) / "reference" / "lightgbm_lambdarank"


def read(name: str) -> Dataset:
    lines = (EXAMPLE / name).read_text().splitlines()
    matrix, labels = np.zeros((len(lines), 301)), np.zeros(len(lines))
    for row, line in enumerate(lines):
        label, *pairs = line.split()
        labels[row] = float(label)
        for pair in pairs:
            index, value = pair.split(":")
            matrix[row, int(index)] = float(value)
    columns = {f"f{place}": np.ascontiguousarray(matrix[:, place]) for place in range(301)}
    sizes = np.loadtxt(EXAMPLE / f"{name}.query", dtype=np.int64)
    return Dataset(columns, labels, np.ones(len(labels)), sizes)


def settings() -> dict[str, Any]:
    """The lines of train.conf that say how to learn; the others name files and machines."""
    lines = (EXAMPLE / "train.conf").read_text().splitlines()
    conf = dict(map(str.strip, line.split("=")) for line in lines if "=" in line and line[0] != "#")
    return {
        "num_boost_round": 24,
        "seed": 1,
        **{name: float(conf[name]) for name in ("learning_rate", "feature_fraction")},
        **{name: float(conf[name]) for name in ("bagging_fraction", "min_sum_hessian_in_leaf")},
        **{name: int(conf[name]) for name in ("num_leaves", "min_data_in_leaf", "max_bin")},
        "bagging_freq": int(conf["bagging_freq"]),
    }


def lightgbm_ndcg(scores: np.ndarray, dataset: Dataset, k: int) -> float:
    """LightGBM's NDCG: gain 2^y - 1, ties by row, 1 for a context without a positive."""
    values, start = [], 0
    for size in dataset.group_sizes:
        gain = 2.0 ** dataset.labels[start : start + size] - 1
        order = np.argsort(-scores[start : start + size], kind="stable")
        discount = 1 / np.log2(np.arange(2, min(size, k) + 2))
        ideal = np.sort(gain)[::-1][:k] @ discount
        values.append(gain[order][:k] @ discount / ideal if ideal else 1.0)
        start += size
    return float(np.mean(values))


@pytest.mark.skipif(not EXAMPLE.is_dir(), reason=f"needs {EXAMPLE}; set DMC12_SHARED_DATA")
def test_lambdarank_reaches_lightgbms_own_ndcg_within_24_rounds() -> None:
    trainer = TRAINERS["lambdarank"]
    train, test = read("rank.train"), read("rank.test")
    scorer = trainer.fit(train, trainer.params(**settings()), threads=1)
    booster = lightgbm.Booster(model_str=json.loads(scorer.to_text())["booster"])
    matrix = np.stack(list(test.columns.values()), axis=1)

    scores = [booster.predict(matrix, num_iteration=kept) for kept in range(1, 25)]
    reached = [(lightgbm_ndcg(each, test, 1), lightgbm_ndcg(each, test, 3)) for each in scores]
    assert any(at_1 > 0.5674 and at_3 > 0.578 for at_1, at_3 in reached)
    assert np.array_equal(scores[-1], scorer.score(matrix))
