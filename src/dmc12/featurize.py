"""Give the items of DMC-12 contexts their features: one Arrow batch in, one out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
import pyarrow as pa

from dmc12.batches import items_of
from dmc12.columns import microseconds, read_parquet
from dmc12.encoders import FEATURES
from dmc12.encoders.batch import Batch
from dmc12.encoders.state import EVERYWHERE, State
from dmc12.world.spec import WorldSpec
from dmc12.world.truth import Truth

HISTORY_COLUMNS = ("signed_up_at", "plays")  # what a context borrows from its profile's history


@dataclass(frozen=True)
class Sources:
    """Where the encoders' look-ups come from: Parquet files, and the simulated world if any."""

    titles: tuple[str, ...]
    popularity: tuple[str, ...]
    coplays: tuple[str, ...]
    factors: tuple[str, ...]
    world: WorldSpec | None
    publish_delay_hours: float = 0.0
    facts_from: date | None = None
    earlier_ranker: tuple[str, ...] = ()

    @lru_cache(maxsize=1)  # noqa: B019 - one state a worker process, kept for all its batches
    def state(self) -> State:
        """Read the look-ups once a process."""
        return State.from_tables(
            read_parquet(self.titles),
            read_parquet(self.popularity, partition=pa.field("day", pa.date32())),
            read_parquet(self.coplays),
            None if self.world is None else Truth(self.world),
            factors=read_parquet(self.factors) if self.factors else None,
            earlier_ranker=read_parquet(self.earlier_ranker) if self.earlier_ranker else None,
            publish_delay_hours=self.publish_delay_hours,
            facts_from=self.facts_from,
        )


def featurize_batch(
    contexts: pa.RecordBatch, state: State, features: Sequence[str]
) -> pa.RecordBatch:
    """Return the contexts without their history columns, their items with a `features` struct.

    `contexts` has the columns of `dmc12_labeled` and `HISTORY_COLUMNS`. Raise ValueError for an
    item whose title is unknown and for a feature that is not finite.
    """
    batch = to_batch(contexts, state)
    values = features_of(batch, features)
    struct = pa.StructArray.from_arrays(
        [pa.array(values[name], pa.float64()) for name in features], names=list(features)
    )
    return _with_items(contexts, struct)


def features_of(batch: Batch, features: Sequence[str]) -> dict[str, np.ndarray]:
    """Return the features of the batch's items, a float64 array each, in the order named.

    Raise ValueError for a feature that is not finite.
    """
    values: dict[str, np.ndarray] = {}
    for name in features:
        if name not in values:
            values.update(batch.encoded(FEATURES[name]))
        if not np.isfinite(values[name]).all():
            worst = int(np.flatnonzero(~np.isfinite(values[name]))[0])
            raise ValueError(
                f"feature {name} is {values[name][worst]} for title "
                f"{batch.state.titles[batch.item_title[worst]]} in the context of profile "
                f"{batch.profile_id[batch.item_context[worst]]}: features must be finite"
            )
    return {name: values[name] for name in features}


def to_batch(contexts: pa.RecordBatch, state: State) -> Batch:
    """Flatten nested contexts into the encoders' columns; keep the plays visible before each.

    Raise ValueError for null items, for an item that the state does not know and for a history that
    is not in order of time. A play of a title that the state does not know is left out.
    """
    context_at = microseconds(contexts["context_at"])
    titles = items_of(contexts).field("show_title_id")
    item_context = contexts["items"].value_parent_indices().to_numpy()
    item_title = state.title_index(titles.to_numpy())
    if (item_title < 0).any():
        unknown = titles[int(np.argmin(item_title))]
        raise ValueError(f"title {unknown} is an item, but the table titles does not hold it")
    plays = contexts["plays"]
    past = plays.flatten()
    play_context = plays.value_parent_indices().to_numpy()
    play_at = microseconds(past.field("played_at"))
    play_title = state.title_index(past.field("show_title_id").to_numpy())
    disordered = (play_at[1:] < play_at[:-1]) & (play_context[1:] == play_context[:-1])
    if disordered.any():
        profile = contexts["profile_id"][int(play_context[int(np.argmax(disordered))])]
        raise ValueError(f"the history of profile {profile} is not in order of time")
    visible_until = context_at - state.publish_delay
    seen = (play_at < visible_until[play_context]) & (play_title >= 0)
    return Batch(
        state=state,
        profile_id=contexts["profile_id"].to_numpy(),
        country=_country(contexts["country_iso_code"], state),
        context_at=context_at,
        signed_up_at=microseconds(contexts["signed_up_at"]),
        item_context=item_context.astype(np.int64),
        item_title=item_title,
        play_context=play_context[seen].astype(np.int64),
        play_title=play_title[seen],
        play_at=play_at[seen],
        play_strength=past.field("strength").to_numpy()[seen],
    )


def _country(codes: pa.Array, state: State) -> np.ndarray:
    """Give each code's index; a country without any play so far has no row, hence no index."""
    place = {code: index for index, code in enumerate(state.countries) if code != EVERYWHERE}
    unseen = len(state.countries)
    return np.array([place.get(code, unseen) for code in codes.to_pylist()], dtype=np.int64)


def _with_items(contexts: pa.RecordBatch, features: pa.StructArray) -> pa.RecordBatch:
    """Rebuild the contexts with features added to their items."""
    columns, names = [], []
    for name in contexts.schema.names:
        if name in HISTORY_COLUMNS:
            continue
        column = contexts[name]
        names.append(name)
        columns.append(add_item_field(column, "features", features) if name == "items" else column)
    return pa.RecordBatch.from_arrays(columns, names=names)


def add_item_field(items: pa.ListArray, name: str, values: pa.Array) -> pa.ListArray:
    """Append a field to the structs of a list column; `values` has one element an item."""
    structs = items.flatten()
    fields = [field.name for field in structs.type]
    widened = pa.StructArray.from_arrays(
        [*(structs.field(field) for field in fields), values], names=[*fields, name]
    )
    lengths = items.value_lengths().to_numpy()
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), widened)
