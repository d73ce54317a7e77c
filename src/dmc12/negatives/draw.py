"""Draw the negatives of DMC-12 contexts: one Arrow batch in, one out."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyarrow as pa

from dmc12 import draws
from dmc12.columns import read_parquet
from dmc12.coplays import Coplays
from dmc12.negatives.batch import Batch, State, to_batch
from dmc12.negatives.catalogue import Catalogue, Popularity
from dmc12.negatives.mix import Drawn, Entry, draw
from dmc12.negatives.strategies import STRATEGIES

NEGATIVE = pa.struct(
    [
        pa.field("show_title_id", pa.int64()),
        pa.field("strategy", pa.string()),
        pa.field("draw_probability", pa.float64()),
        pa.field("inclusion_probability", pa.float64()),
    ]
)
QUOTA = pa.struct(
    [
        pa.field("strategy", pa.string()),
        pa.field("wanted", pa.int32()),
        pa.field("drawn", pa.int32()),
    ]
)
KEY_COLUMNS = ("profile_id", "country_iso_code", "context_at", "split")


@dataclass(frozen=True)
class Plan:
    """What to draw for a context: how many by which strategy, in this order, and from what.

    `excludes_past` keeps every strategy but `own` from titles that the profile played before; what
    was played in the label window (`horizon`, microseconds) is never drawn. A new `salt` is a new
    draw.
    """

    quotas: Mapping[str, int]
    excludes_past: bool
    horizon: int
    salt: str


@dataclass(frozen=True)
class Sources:
    """Where the draws' look-ups come from: Parquet files; none where no strategy needs them."""

    titles: tuple[str, ...]
    weights: tuple[str, ...] = ()
    coplays: tuple[str, ...] = ()

    @lru_cache(maxsize=1)  # noqa: B019 - one state a worker process, kept for all its batches
    def state(self) -> State:
        """Read the look-ups once a process."""
        catalogue = Catalogue.from_table(read_parquet(self.titles))
        return State(
            catalogue=catalogue,
            popularity=Popularity.from_table(read_parquet(self.weights), catalogue)
            if self.weights
            else None,
            neighbours=Coplays.from_table(read_parquet(self.coplays), catalogue.titles)
            if self.coplays
            else None,
        )


def draw_batch(contexts: pa.RecordBatch, state: State, plan: Plan) -> pa.RecordBatch:
    """Return the contexts' keys with `negatives` and `quotas`, lists of NEGATIVE and QUOTA."""
    batch = to_batch(contexts, state, plan.horizon)
    drawn = draw_negatives(batch, plan)
    n, names = batch.n_contexts, list(plan.quotas)
    counts = np.zeros((n, len(names)), dtype=np.int32)
    np.add.at(counts, (drawn.context, drawn.entry), 1)
    negatives = pa.StructArray.from_arrays(
        [
            pa.array(state.catalogue.titles[drawn.title], pa.int64()),
            pa.DictionaryArray.from_arrays(pa.array(drawn.entry), names).cast(pa.string()),
            pa.array(drawn.draw_probability),
            pa.array(drawn.inclusion_probability),
        ],
        fields=list(NEGATIVE),
    )
    quotas = pa.StructArray.from_arrays(
        [
            pa.array(names * n, pa.string()),
            pa.array(np.tile(np.array(list(plan.quotas.values()), np.int32), n), pa.int32()),
            pa.array(counts.ravel(), pa.int32()),
        ],
        fields=list(QUOTA),
    )
    columns = [
        *(contexts[name] for name in KEY_COLUMNS),
        _lists(negatives, np.bincount(drawn.context, minlength=n)),
        _lists(quotas, np.full(n, len(names))),
    ]
    return pa.RecordBatch.from_arrays(columns, names=[*KEY_COLUMNS, "negatives", "quotas"])


def draw_negatives(batch: Batch, plan: Plan) -> Drawn:
    """Draw a plan's quotas for each context; nothing else in the batch moves a context's draw."""
    entries = []
    for name, wanted in plan.quotas.items():
        strategy = STRATEGIES[name]
        spares_past = plan.excludes_past and not strategy.draws_past
        stream = draws.stream(plan.salt, f"negatives/{name}")
        entries.append(
            Entry(
                pool=strategy.pool(batch),
                excluded=batch.window.plus(batch.past) if spares_past else batch.window,
                key=draws.keys(draws.keys(stream, batch.profile_id), batch.context_at),
                wanted=wanted,
            )
        )
    return draw(entries, batch.n_contexts)


def _lists(values: pa.Array, lengths: np.ndarray) -> pa.ListArray:
    """Nest values by the lengths of their lists."""
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), values)
