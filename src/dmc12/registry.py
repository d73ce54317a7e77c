"""The registry: a row a parameter set, and which of a ranker's sets is the ranker."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa

from dmc12.store import Store

_IMPORTANCE = pa.struct([("feature", pa.string()), ("gain", pa.float64()), ("split", pa.int64())])

# What is kept of a trained set: the same wherever a set is trained, but for the last five.
ENTRY_FIELDS = [
    pa.field("seed", pa.int64()),  # null: the trainer draws nothing
    pa.field("best_iteration", pa.int32()),  # null: nothing boosted
    pa.field("validation_ndcg_at_10", pa.float64()),  # null: no context with a positive
    pa.field("validation_curve", pa.list_(pa.float64())),  # of each round; empty: not looked at
    pa.field("n_train_contexts", pa.int64()),
    pa.field("n_train_items", pa.int64()),
    pa.field("n_validation_contexts", pa.int64()),
    pa.field("importances", pa.list_(_IMPORTANCE)),
    pa.field("text", pa.string()),
    pa.field("text_sha256", pa.string()),
    pa.field("threads", pa.int32()),
    pa.field("wall_seconds", pa.float64()),  # of reading, fitting and validating
    pa.field("peak_memory_mb", pa.float64()),  # of the process that trained
    pa.field("trained_at", pa.timestamp("us", tz="UTC")),
]

REGISTRY_SCHEMA = pa.schema(
    [
        pa.field("ranker", pa.string(), nullable=False),
        pa.field("set_id", pa.string(), nullable=False),
        pa.field("place", pa.int32(), nullable=False),  # among the ranker's sets, from 1
        pa.field("is_selected", pa.bool_(), nullable=False),
        pa.field("trainer", pa.string(), nullable=False),
        pa.field("params", pa.string(), nullable=False),  # JSON, defaults included
        pa.field("features", pa.list_(pa.string()), nullable=False),
        pa.field("status", pa.string(), nullable=False),  # trained or failed
        pa.field("error", pa.string()),  # null: trained
        pa.field("feature_fingerprint", pa.string(), nullable=False),
        pa.field("data_fingerprint", pa.string(), nullable=False),
        pa.field("code_fingerprint", pa.string(), nullable=False),
        pa.field("library_versions", pa.string(), nullable=False),  # JSON
        *ENTRY_FIELDS,
    ]
)

Row = dict[str, Any]


def best_of(rows: Sequence[Mapping[str, Any]]) -> int:
    """Return the place in `rows`, the sets of one ranker in order, of the one that is the ranker.

    That is the trained one of the greatest validation NDCG@10, of equals the first; one that could
    not be validated comes after all that were, a failed one last.
    """

    def goodness(place: int) -> tuple[bool, bool, float, int]:
        value = rows[place].get("validation_ndcg_at_10")
        return (
            rows[place]["status"] == "trained",
            value is not None,
            0.0 if value is None else float(value),
            -place,
        )

    return max(range(len(rows)), key=goodness)


def filled(head: Row, store: Store) -> Row:
    """Return a row with what the store has of its set; ValueError if it has lost it."""
    if head["status"] != "trained":
        return head
    entry = store.get(head["key"])
    if entry is None:
        raise ValueError(f"ranker {head['ranker']}: set {head['set_id']} is no more in the store")
    return {**head, **entry, "trained_at": datetime.fromisoformat(entry["trained_at"])}


def registry_table(rows: Iterable[Row]) -> pa.Table:
    """Return rows as a table; a field that a row lacks is null."""
    return pa.Table.from_pylist(list(rows), schema=REGISTRY_SCHEMA)
