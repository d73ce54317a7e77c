"""A made-up world of any size as Arrow tables, contexts in it, and rankers trained on them."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from dmc12.encoders import FEATURES
from dmc12.encoders.state import Popularity, State
from dmc12.featurize import featurize_batch
from dmc12.online import write
from dmc12.online.context import MOMENT, PLAY
from dmc12.rankers import ranker_specs
from dmc12.training import train_rankers

COUNTRIES = ["*", "BR", "NL", "US"]
DAYS = [date(2026, 6, day) for day in range(10, 15)]
LEARNT = [name for name in FEATURES if name not in ("earlier_score", "true_utility")]
LEARNED_UNTIL = datetime(2026, 5, 1, tzinfo=UTC)
BOOSTED = {"num_boost_round": 30, "min_data_in_leaf": 5}
DECLARED: dict[str, Any] = {
    "popularity": {"trainer": "feature", "params": {"feature": "title_plays"}},
    "own_plays": {"trainer": "lexicographic", "params": {"features": ["own_plays", "title_plays"]}},
    "lambdarank": {"trainer": "lambdarank", "params": BOOSTED},
}
FIRST_TITLE = 10_000

write_bundle = partial(write.write_bundle, learned_until=LEARNED_UNTIL)


def tables(titles: int, seed: int = 12, neighbours: int = 20) -> dict[str, pa.Table]:
    """The arguments of `State.from_tables`, with snapshots of `DAYS` and fits of three moments."""
    rng = np.random.default_rng(seed)
    ids = np.arange(FIRST_TITLE, FIRST_TITLE + titles)
    genres = ["drama", "comedy", "horror", "travel", "news"]
    shape = (len(DAYS), len(COUNTRIES), titles)
    day, country, title = (axis.ravel() for axis in np.indices(shape))
    kept = rng.random(len(day)) < 0.8
    day, country, title = day[kept], country[kept], title[kept]
    plays = [rng.integers(0, most, len(day)) for most in (5, 30, 90, 900, 300)]
    fits = [datetime(2026, 6, day, hour, tzinfo=UTC) for day, hour in ((1, 0), (11, 12), (13, 0))]
    fit, row, near = (axis.ravel() for axis in np.indices((len(fits), titles, neighbours)))
    return {
        "titles": pa.table(
            {
                "show_title_id": ids,
                "title": [f"Title {one}" for one in ids],
                "launched_at": pa.array(
                    [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=int(one)) for one in
                     rng.integers(0, 3_000, titles)], MOMENT,
                ),
                "genres": [list(rng.choice(genres, rng.integers(0, 4), replace=False))
                           for _ in ids],
                "creator": [None if one % 7 == 0 else f"creator {one % 23}" for one in ids],
            }
        ),
        "popularity": pa.table(
            {
                "day": pa.array([DAYS[place] for place in day], pa.date32()),
                "country_iso_code": [COUNTRIES[place] for place in country],
                "show_title_id": ids[title],
                **dict(zip(Popularity.COLUMNS, [*plays, rng.random(len(day))], strict=True)),
            }
        ),
        "coplays": pa.table(
            {
                "fitted_at": pa.array([fits[place] for place in fit], MOMENT),
                "show_title_id": ids[row],
                "neighbour_id": ids[(row + 1 + near * 3) % titles],
                "cosine": rng.random(len(fit)),
            }
        ),
        "factors": pa.table(
            {
                "fitted_at": pa.array([fits[0]] * titles, MOMENT),
                "show_title_id": ids,
                "factors": list(rng.normal(size=(titles, 8))),
                "alpha": [10.0] * titles,
                "regularisation": [0.1] * titles,
            }
        ),
    }  # fmt: skip


def contexts(n: int, titles: int, items: int, plays: int, seed: int = 7) -> pa.RecordBatch:
    """n contexts on `DAYS`, as `featurize_batch` gets them; plays go on after the context."""
    rng = np.random.default_rng(seed)
    start = datetime(2026, 6, 10, tzinfo=UTC)
    rows = []
    for place in range(n):
        at = start + timedelta(seconds=int(rng.integers(0, len(DAYS) * 86_400)))
        seconds = np.sort(rng.integers(-60 * 86_400, 5 * 86_400, rng.integers(0, plays + 1)))
        rows.append(
            {
                "profile_id": 100 + place,
                "country_iso_code": str(rng.choice([*COUNTRIES[1:], "DE"])),
                "context_at": at,
                "split": "train" if place % 2 else "test",
                "items": [
                    {
                        "show_title_id": int(FIRST_TITLE + title),
                        "label": float(rng.random() < 0.2),
                        "weight": 1.0,
                    }
                    for title in rng.permutation(titles)[:items]
                ],
                "signed_up_at": at - timedelta(days=90),
                "plays": [
                    {
                        "played_at": at + timedelta(seconds=int(second)),
                        "show_title_id": int(FIRST_TITLE + rng.integers(0, titles + 2)),
                        "strength": float(rng.random() + 0.01),
                    }
                    for second in seconds
                ],
            }
        )
    item = pa.struct(
        [("show_title_id", pa.int64()), ("label", pa.float64()), ("weight", pa.float64())]
    )
    schema = pa.schema(
        [
            ("profile_id", pa.int64()),
            ("country_iso_code", pa.string()),
            ("context_at", MOMENT),
            ("split", pa.string()),
            ("items", pa.list_(item)),
            ("signed_up_at", MOMENT),
            ("plays", pa.list_(PLAY)),
        ]
    )
    return pa.RecordBatch.from_pylist(rows, schema=schema)


def registry(
    state: State,
    batch: pa.RecordBatch,
    folder: Path,
    declared: dict[str, Any] = DECLARED,
    features: Sequence[str] = LEARNT,
) -> list[dict[str, Any]]:
    """The registry rows of rankers trained on the batch."""
    path = folder / "featurized.parquet"
    pq.write_table(pa.Table.from_batches([featurize_batch(batch, state, features)]), path)
    return train_rankers(ranker_specs(declared, features), [str(path)], threads=1).to_pylist()


def request(row: dict[str, Any], candidates: Sequence[int] | None = None) -> dict[str, Any]:
    """What an online caller knows of a context: its past alone."""
    return {
        "profile": {key: row[key] for key in ("profile_id", "country_iso_code", "signed_up_at")},
        "context_at": row["context_at"],
        "history": [play for play in row["plays"] if play["played_at"] < row["context_at"]],
        "candidates": list(candidates or [item["show_title_id"] for item in row["items"]]),
    }
