"""Rank offline contexts online: one call each, as a caller would who knows the past alone."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from dmc12.online.bundle import Bundle, Floats, Ranking
from dmc12.online.context import MAX_CANDIDATES, Context
from dmc12.trainers.ensemble import reads_contexts

VALUES = pa.map_(pa.string(), pa.float64())
ITEM = pa.struct([("show_title_id", pa.int64()), ("features", VALUES), ("scores", VALUES)])
RANKED_SCHEMA = pa.schema(
    [
        ("profile_id", pa.int64()),
        ("context_at", pa.timestamp("us", tz="UTC")),
        ("items", pa.list_(ITEM)),
    ]
)


def rank_contexts(contexts: pa.RecordBatch, bundle: Bundle) -> pa.RecordBatch:
    """Return each context's candidates with the features and scores that `bundle.rank` gives.

    `contexts` has profile_id, country_iso_code, context_at, candidates, signed_up_at and plays, the
    whole history. A context with more candidates than a call takes is ranked in several calls.
    """
    rows = contexts.to_pylist()
    items = [pa.concat_arrays([_items(one) for one in _rank(row, bundle)]) for row in rows]
    offsets = np.cumsum([0, *(len(one) for one in items)]).astype(np.int32)
    flat = pa.concat_arrays([*items, pa.array([], ITEM)])
    return pa.RecordBatch.from_arrays(
        [
            contexts["profile_id"],
            contexts["context_at"].cast(RANKED_SCHEMA.field("context_at").type),
            pa.ListArray.from_arrays(pa.array(offsets), flat),
        ],
        schema=RANKED_SCHEMA,
    )


def _rank(row: Mapping[str, Any], bundle: Bundle) -> Iterator[Ranking]:
    """Make the calls for one context; ValueError for a ranker that would have needed one call."""
    whole = [name for name, scorer in bundle.rankers.scorers.items() if reads_contexts(scorer)]
    if whole and len(row["candidates"]) > MAX_CANDIDATES:
        raise ValueError(
            f"ranker {whole[0]} ranks by whole contexts, and one has {len(row['candidates']):,} "
            f"candidates, where a call takes {MAX_CANDIDATES:,}; blend by score, or leave it out "
            "of bundle_rankers"
        )
    for start in range(0, len(row["candidates"]), MAX_CANDIDATES):
        yield bundle.rank(
            Context.model_validate(
                {
                    "profile": {
                        name: row[name]
                        for name in ("profile_id", "country_iso_code", "signed_up_at")
                    },
                    "context_at": row["context_at"],
                    "history": [
                        {name: play[name] for name in ("show_title_id", "played_at", "strength")}
                        for play in row["plays"]
                        if play["played_at"] < row["context_at"]
                    ],
                    "candidates": row["candidates"][start : start + MAX_CANDIDATES],
                }
            )
        )


def _items(ranking: Ranking) -> pa.StructArray:
    """Return a ranking's items."""
    fields = [
        pa.array(ranking.show_title_ids, pa.int64()),
        _maps(ranking.features),
        _maps(ranking.scores),
    ]
    return pa.StructArray.from_arrays(fields, fields=list(ITEM))


def _maps(columns: Mapping[str, Floats]) -> pa.MapArray:
    """Give each item a map from a column's name to its value."""
    values = np.column_stack(list(columns.values()))
    items, width = values.shape
    return pa.MapArray.from_arrays(
        pa.array(np.arange(items + 1) * width, pa.int32()),
        pa.array(list(columns) * items, pa.string()),
        pa.array(values.ravel(), pa.float64()),
    )
