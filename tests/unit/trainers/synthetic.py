"""Synthetic contexts in the form of `dmc12_featurized`, and their Parquet files."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

FEATURES = ["own_plays", "title_plays", "noise"]

BOOSTED = {"num_boost_round": 20, "min_data_in_leaf": 5}
DECLARED: dict[str, Any] = {
    "popularity": {"trainer": "feature", "params": {"feature": "title_plays"}},
    "own_plays": {"trainer": "lexicographic", "params": {"features": ["own_plays", "title_plays"]}},
    "lambdarank": {"trainer": "lambdarank", "params": {**BOOSTED, "early_stopping_rounds": 5}},
    "sampled": {"trainer": "sampled_lambdarank", "params": BOOSTED},
    "xendcg": {"trainer": "rank_xendcg", "params": BOOSTED},
    "pointwise": {"trainer": "pointwise", "params": {**BOOSTED, "weights": "item"}},
    "blend": {"trainer": "blend", "params": {"of": ["popularity", "xendcg"], "weights": [1, 3]}},
    "by_rank": {"trainer": "blend", "params": {"of": ["own_plays", "blend"], "by": "rank"}},
    "stack": {
        "trainer": "stack",
        "params": {
            "of": ["popularity", "pointwise", "blend"],
            "folds": 3,
            "meta_params": {"num_boost_round": 10},
        },
    },
}


def item_type(features: Sequence[str]) -> pa.StructType:
    """Return the type of an item with these features."""
    return pa.struct([
        ("show_title_id", pa.int64()),
        ("label", pa.float64()),
        ("weight", pa.float64()),
        ("features", pa.struct([(name, pa.float64()) for name in features])),
    ])  # fmt: skip


def as_table(rows: Sequence[dict[str, Any]], features: Sequence[str] = FEATURES) -> pa.Table:
    """Return contexts, given as plain values, as a table."""
    schema = pa.schema([
        ("profile_id", pa.int64()),
        ("country_iso_code", pa.string()),
        ("context_at", pa.timestamp("us", tz="UTC")),
        ("split", pa.string()),
        ("inclusion_probability", pa.float64()),
        ("items", pa.list_(item_type(features))),
    ])  # fmt: skip
    return pa.Table.from_pylist(list(rows), schema=schema)


def contexts(
    n_contexts: int = 60, seed: int = 12, features: Sequence[str] = FEATURES
) -> list[dict[str, Any]]:
    """Return contexts of 0 to 20 items whose label rises with the first two features."""
    rng = np.random.default_rng(seed)
    return [
        {
            "profile_id": int(100 + place % 7),
            "country_iso_code": "NL",
            "context_at": 1_780_000_000_000_000 + place * 1_000_000,
            "split": ["train", "train", "validation", "test"][place % 4],
            "inclusion_probability": 0.5,
            "items": [_item(rng, title, features) for title in range(rng.integers(0, 21))],
        }
        for place in range(n_contexts)
    ]


def _item(rng: np.random.Generator, title: int, features: Sequence[str]) -> dict[str, Any]:
    values = np.concatenate([
        rng.integers(0, 4, 1), rng.exponential(50, 1), rng.normal(size=len(features) - 2)
    ])  # fmt: skip
    signal = values[0] + values[1] / 60 + rng.normal()
    return {
        "show_title_id": 1000 + title,
        "label": float(np.clip(np.floor(signal - 2), 0, 3)),
        "weight": float(rng.integers(1, 4)),
        "features": dict(zip(features, values.tolist(), strict=True)),
    }


def write(
    folder: Path,
    rows: Sequence[dict[str, Any]],
    files: int = 1,
    features: Sequence[str] = FEATURES,
    row_group_size: int = 7,
) -> list[str]:
    """Write contexts into Parquet files as Spark would list them; return their URIs."""
    folder.mkdir(parents=True, exist_ok=True)
    uris = []
    for place in range(files):
        path = folder / f"part {place:05d}.parquet"
        pq.write_table(as_table(rows[place::files], features), path, row_group_size=row_group_size)
        uris.append(path.as_uri())
    return uris
