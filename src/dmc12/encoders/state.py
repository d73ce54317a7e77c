"""What encoders look up beside the batch: titles, their popularity by day, what was fitted."""

from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from dmc12.columns import microseconds, places_in
from dmc12.coplays import Coplays, last_fit
from dmc12.trainers import scorer_from_text
from dmc12.trainers.base import Scorer
from dmc12.world.truth import Truth

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

EVERYWHERE = "*"  # the country code under which title_popularity_daily counts all countries


@dataclass(frozen=True)
class Popularity:
    """The rows of `title_popularity_daily` in groups of a day and a country, looked up by title.

    `values` has one column for each of `COLUMNS`, and after the table's rows one that holds what a
    title has that had not been played. `totals` are the groups' sums, and one more of nothing.
    """

    COLUMNS = ("plays_1d", "plays_7d", "plays_28d", "plays_all", "profiles_all", "trend")
    MISSING = (0.0, 0.0, 0.0, 0.0, 0.0, 1.0)

    days: Ints  # with a snapshot, since 1970, ascending
    facts_from: int | None  # day of the first fact; up to it no title had been played
    groups: Ints  # day x countries + country, ascending
    starts: Ints  # each group's first row, and the number of rows
    title: Ints  # each row's title, ascending within its group
    table: Floats
    totals: Floats
    n_countries: int
    n_titles: int
    _places: dict[int, NDArray[np.int32]] = field(default_factory=dict, compare=False, repr=False)

    def groups_of(self, day: Ints, country: Ints) -> Ints:
        """Find the group of each context, -1 where nothing was played in the country by then.

        Raise ValueError for a day whose snapshot the table does not hold.
        """
        known = np.isin(day, self.days)
        if self.facts_from is not None:
            known |= day <= self.facts_from
        if not known.all():
            raise ValueError(
                f"title_popularity_daily has no snapshot of {day[~known].min().astype('M8[D]')}: "
                "build that day (make backfill FROM=... TO=...)"
            )
        return places_in(self.groups, day * self.n_countries + country)

    def rows_of(self, group: Ints, item_context: Ints, item_title: Ints) -> Ints:
        """Find each item's row, given its context's group; the last row where there is none."""
        distinct, of_context = np.unique(group, return_inverse=True)
        if not len(distinct):
            return np.zeros_like(item_title)
        places = np.stack([self._rows_by_title(int(one)) for one in distinct])
        return places[of_context[item_context], item_title].astype(np.int64)

    def values(self, column: str, rows: Ints) -> Floats:
        """Give a column of the rows."""
        values: Floats = self.table[rows, self.COLUMNS.index(column)]
        return values

    def total(self, column: str, group: Ints) -> Floats:
        """Give a column's sum over each group's titles."""
        totals: Floats = self.totals[group, self.COLUMNS.index(column)]
        return totals

    def _rows_by_title(self, group: int) -> NDArray[np.int32]:
        """Each title's row in a group, kept for the next time."""
        found = self._places.get(group)
        if found is None:
            found = np.full(self.n_titles, len(self.title), np.int32)
            if group >= 0:
                rows = np.arange(self.starts[group], self.starts[group + 1])
                found[self.title[rows]] = rows
            self._places[group] = found
        return found


@dataclass(frozen=True)
class Factors:
    """The rows of `title_factors`: at each fit date, titles x rank, zeros for unknown titles."""

    fitted_at: Ints  # microseconds, ascending
    titles: tuple[Floats, ...]
    alpha: tuple[float, ...]
    regularisation: tuple[float, ...]

    def fit_of(self, context_at: Ints) -> Ints:
        """Find the last fit that is not after each context, -1 before the first."""
        return last_fit(self.fitted_at, context_at)


@dataclass(frozen=True)
class EarlierRanker:
    """The row of `earlier_ranker`: a ranker that an earlier build trained, read from its text."""

    scorer: Scorer
    learned_until: int  # microseconds; it has learned from facts before it alone


@dataclass(frozen=True)
class State:
    """All that encoders look up. Titles and countries are named by their index in it."""

    titles: Ints  # show_title_id, ascending
    countries: tuple[str, ...]  # sorted; the first is EVERYWHERE
    launched_at: Ints  # microseconds
    genres: Floats  # titles x genres, each row sums to 1 (or to 0 where a title has no genre)
    creator: Ints  # index of each title's creator, -1 where it has none
    popularity: Popularity
    coplays: Coplays
    factors: Factors | None
    earlier_ranker: EarlierRanker | None
    truth: Truth | None
    publish_delay: int  # microseconds until a fact is visible

    @property
    def n_titles(self) -> int:
        """Number of titles."""
        return len(self.titles)

    def title_index(self, show_title_id: Ints) -> Ints:
        """Give each title's index, -1 where the title is unknown."""
        return places_in(self.titles, show_title_id)

    @classmethod
    def from_tables(
        cls,
        titles: pa.Table,
        popularity: pa.Table,
        coplays: pa.Table,
        truth: Truth | None = None,
        *,
        factors: pa.Table | None = None,
        earlier_ranker: pa.Table | None = None,
        publish_delay_hours: float = 0.0,
        facts_from: date | None = None,
    ) -> "State":
        """Build the state from the tables that `featurize` names.

        `facts_from` is the day of the first fact: that day and those before it need no snapshot.
        Raise ValueError for an earlier ranker whose text is damaged.
        """
        titles = titles.sort_by("show_title_id")
        ids = titles["show_title_id"].to_numpy()
        countries = (EVERYWHERE, *sorted(set(popularity["country_iso_code"].unique().to_pylist())))
        countries = tuple(dict.fromkeys(countries))
        first = None if facts_from is None else int(np.datetime64(facts_from, "D").astype(np.int64))
        return cls(
            titles=ids,
            countries=countries,
            launched_at=microseconds(titles["launched_at"]),
            genres=_genre_shares(titles["genres"]),
            creator=titles["creator"].combine_chunks().dictionary_encode().indices.fill_null(-1)
            .to_numpy().astype(np.int64),
            popularity=_popularity(popularity, ids, countries, first),
            coplays=Coplays.from_table(coplays, ids),
            factors=None if factors is None else _factors(factors, ids),
            earlier_ranker=None if earlier_ranker is None else _earlier_ranker(earlier_ranker),
            truth=truth,
            publish_delay=round(publish_delay_hours * 3_600_000_000),
        )  # fmt: skip


def _genre_shares(genres: pa.ChunkedArray) -> Floats:
    """Spread each title's weight of 1 evenly over its genres."""
    lists = genres.combine_chunks()
    names = lists.flatten().dictionary_encode()
    title = lists.value_parent_indices().to_numpy()
    counts = np.bincount(title, minlength=len(lists))
    shares = np.zeros((len(lists), max(1, len(names.dictionary))))
    shares[title, names.indices.to_numpy()] = 1.0 / counts[title]
    return shares


def _popularity(
    table: pa.Table, titles: Ints, countries: tuple[str, ...], facts_from: int | None
) -> Popularity:
    """Sort the snapshot's rows by day, country and title, and find the groups."""
    day = table["day"].cast(pa.int32()).to_numpy().astype(np.int64)
    title = places_in(titles, table["show_title_id"].to_numpy())
    n_countries = len(countries) + 1  # the last index is for countries without any play
    group = day * n_countries + _country_index(table["country_iso_code"], countries)
    order = np.lexsort((title, group))
    order = order[title[order] >= 0]
    group, title = group[order], title[order]
    values = np.empty((len(order) + 1, len(Popularity.COLUMNS)))
    for place, name in enumerate(Popularity.COLUMNS):
        values[:-1, place] = table[name].to_numpy()[order]
    values[-1] = Popularity.MISSING
    groups, starts = np.unique(group, return_index=True)
    totals = np.zeros((len(groups) + 1, len(Popularity.COLUMNS)))
    if len(groups):
        totals[:-1] = np.add.reduceat(values[:-1], starts)
    return Popularity(
        days=np.unique(day),
        facts_from=facts_from,
        groups=groups,
        starts=np.append(starts, len(order)),
        title=title,
        table=values,
        totals=totals,
        n_countries=n_countries,
        n_titles=len(titles),
    )


def _country_index(codes: pa.ChunkedArray, countries: tuple[str, ...]) -> Ints:
    """Give each code's index in `countries`."""
    encoded = codes.combine_chunks().dictionary_encode()
    place = np.array([countries.index(code) for code in encoded.dictionary.to_pylist()], np.int64)
    return np.asarray(place[encoded.indices.to_numpy()])


def _factors(table: pa.Table, titles: Ints) -> Factors:
    """Make one matrix a fit date."""
    fitted_at = microseconds(table["fitted_at"])
    row = places_in(titles, table["show_title_id"].to_numpy())
    dates, first = np.unique(fitted_at, return_index=True)
    matrices = []
    for date_ in dates:
        rows = np.flatnonzero((fitted_at == date_) & (row >= 0))
        values = np.array(table["factors"].take(rows).to_pylist(), dtype=np.float64)
        matrix = np.zeros((len(titles), values.shape[1]))
        matrix[row[rows]] = values
        matrices.append(matrix)
    return Factors(
        fitted_at=dates,
        titles=tuple(matrices),
        alpha=tuple(table["alpha"].to_numpy()[first].tolist()),
        regularisation=tuple(table["regularisation"].to_numpy()[first].tolist()),
    )


def _earlier_ranker(table: pa.Table) -> EarlierRanker | None:
    """Read the ranker of the table's one row; there may be none."""
    if not len(table):
        return None
    (text,), (sha256,) = (table[name].to_pylist() for name in ("text", "text_sha256"))
    (learned_until,) = microseconds(table["learned_until"]).tolist()
    return EarlierRanker(scorer_from_text(text, sha256), learned_until)
