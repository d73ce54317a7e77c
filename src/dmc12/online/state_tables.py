"""The tables of a bundle: what encoders look up, cut to what the bundle's days can see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dmc12.columns import microseconds
from dmc12.encoders.state import Popularity


@dataclass(frozen=True)
class StateTable:
    """The columns of one of `State.from_tables`' arguments, its key first.

    `day`: the column of the day for whose contexts a row is. `fitted_at`: the column of the moment
    from which contexts use a row, until the next one.
    """

    key: tuple[str, ...]
    values: tuple[str, ...]
    day: str | None = None
    fitted_at: str | None = None
    optional: bool = False  # may not have been built

    @property
    def columns(self) -> list[str]:
        """All columns."""
        return [*self.key, *self.values]

    def cut(self, table: pa.Table, days: Sequence[date]) -> pa.Table:
        """Return the rows that contexts of these days can see, by key."""
        table = table.select(self.columns).replace_schema_metadata(None)
        if self.day is not None:
            table = table.filter(pc.is_in(table[self.day], pa.array(days, pa.date32())))
        if self.fitted_at is not None:
            table = table.filter(_in_use(microseconds(table[self.fitted_at]), days))
        return table.sort_by([(name, "ascending") for name in self.key]).combine_chunks()


STATE_TABLES = {
    "titles": StateTable(key=("show_title_id",), values=("launched_at", "genres", "creator")),
    "popularity": StateTable(
        key=("day", "country_iso_code", "show_title_id"),
        values=Popularity.COLUMNS,
        day="day",
    ),
    "coplays": StateTable(
        key=("fitted_at", "show_title_id", "neighbour_id"),
        values=("cosine",),
        fitted_at="fitted_at",
    ),
    "factors": StateTable(
        key=("fitted_at", "show_title_id"),
        values=("factors", "alpha", "regularisation"),
        fitted_at="fitted_at",
        optional=True,
    ),
    "earlier_ranker": StateTable(
        key=("ranker",),
        values=("bundle_fingerprint", "learned_until", "text", "text_sha256"),
        optional=True,
    ),
}


def _in_use(fitted_at: np.ndarray, days: Sequence[date]) -> pa.Array:
    """Mark the rows of fits that a context of one of the days uses: the last, and those within."""
    fits = np.unique(fitted_at)
    used: set[int] = set()
    for day in days:
        start, end = (_microsecond(day + timedelta(days=more)) for more in (0, 1))
        used.update(fits[(fits >= start) & (fits < end)].tolist())
        used.update(fits[fits < start][-1:].tolist())
    return pa.array(np.isin(fitted_at, sorted(used)))


def _microsecond(day: date) -> int:
    """Give the start of a day as microseconds since 1970."""
    return (datetime.combine(day, time(), UTC) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(
        microseconds=1
    )
