"""Rank the items of DMC-12 contexts by each ranker's scores: one Arrow batch in, one out."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Ranks = NDArray[np.int32]

FIELDS = {  # an item's, each with the name of its lists
    "show_title_id": "show_title_ids",
    "label": "labels",
    "weight": "weights",
    "scores": "scores",
}
AT_ONCE = 15_000  # items ranked at a time: arrays of up to 128 KB, which malloc keeps for the next


def ranks_of(scores: Floats, group_sizes: Ints) -> Ranks:
    """Return each item's rank within its context (n), 1 for the highest score.

    `scores` has an entry an item, context by context, `group_sizes` the number of items of each.
    Equal scores keep the order of the items, which in DMC-12 is that of the salted hash; NaN ranks
    last.
    """
    ranks = np.empty(len(scores), dtype=np.int32)
    for items, sizes in _parts(group_sizes):
        # a context a row; NaN, which comes last, behind its items
        longest = int(sizes.max())
        is_item = np.arange(longest) < sizes[:, None]
        rows = np.full((len(sizes), longest), np.nan)
        rows[is_item] = -scores[items]
        ranked = np.empty(rows.shape, dtype=np.int32)
        places = np.arange(1, longest + 1, dtype=np.int32)
        np.put_along_axis(ranked, _ascending(rows), places[None, :], axis=1)
        ranks[items] = ranked[is_item]
    return ranks


def _ascending(rows: Floats) -> Ints:
    """Return the order of each row's places by their values, equal ones by place, NaN last."""
    # Whole numbers sort several times faster than places by their values: so a place stands in
    # the last bits of its value, read as a whole number of the same order.
    width = rows.shape[1]
    last = np.int64((1 << width.bit_length()) - 1)
    bits = np.where(rows == 0, 0.0, np.abs(rows)).view(np.int64)
    keys = np.where(rows < 0, ~bits, bits) & ~last | np.arange(width)
    keys.sort(axis=1)
    order = keys & last
    # Values that differ in those bits alone may have come in the order of their places.
    ordered = np.take_along_axis(rows, order, axis=1)
    is_amiss = (ordered[:, 1:] < ordered[:, :-1]).any(axis=1)
    order[is_amiss] = np.argsort(rows[is_amiss], axis=1, kind="stable")
    return order


def _parts(group_sizes: Ints) -> Iterator[tuple[slice, Ints]]:
    """Yield contexts that follow one another: which items are theirs, and how many are each's."""
    ends = np.cumsum(group_sizes)
    step = max(1, AT_ONCE // max(1, int(group_sizes.max(initial=0))))
    for begin in range(0, len(group_sizes), step):
        sizes = group_sizes[begin : begin + step]
        yield slice(ends[begin] - sizes[0], ends[begin + len(sizes) - 1]), sizes


def rank_batch(contexts: pa.RecordBatch) -> pa.RecordBatch:
    """Return the contexts with `items`, structs of `FIELDS` and of `ranks`, one int a ranker.

    `contexts` has a list for each of `FIELDS`, by its name there; the fields of the scores' structs
    are named after the rankers. All other columns are kept. The batch may be a slice. Raise
    ValueError for null items, and for an item that has a null other than a ranker's score.
    """
    fields = {name: _values(name, contexts[column]) for name, column in FIELDS.items()}
    sizes = contexts[FIELDS["scores"]].value_lengths().to_numpy().astype(np.int64)
    scores = fields["scores"]
    ranks = {
        ranker.name: ranks_of(scores.field(ranker.name).to_numpy(zero_copy_only=False), sizes)
        for ranker in scores.type
    }
    fields["ranks"] = pa.StructArray.from_arrays(
        [pa.array(own) for own in ranks.values()], names=list(ranks)
    )
    structs = pa.StructArray.from_arrays(list(fields.values()), names=list(fields))
    offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)
    kept = [name for name in contexts.schema.names if name not in FIELDS.values()]
    return pa.RecordBatch.from_pydict(
        {
            **{name: contexts[name] for name in kept},
            "items": pa.ListArray.from_arrays(pa.array(offsets), structs),
        }
    )


def _values(name: str, lists: pa.ListArray) -> pa.Array:
    """Return a field's values, item by item; raise ValueError for a null."""
    if lists.null_count:
        raise ValueError("a context's items are null")
    values = lists.flatten()
    if values.null_count:
        raise ValueError(f"{values.null_count} item(s) have no {name}, which must not be null")
    return values
