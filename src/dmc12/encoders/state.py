"""What encoders look up beside the batch: titles, their popularity by day, their co-plays."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import scipy.sparse as sp
from numpy.typing import NDArray

from dmc12.columns import microseconds
from dmc12.world.truth import Truth

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

EVERYWHERE = "*"  # the country code under which title_popularity_daily counts all countries


@dataclass(frozen=True)
class Popularity:
    """The rows of `title_popularity_daily`, found by (day, country, title).

    `keys` are sorted; `counts` has one column for each of `COLUMNS`.
    """

    COLUMNS = ("plays_1d", "plays_7d", "plays_28d", "plays_all", "profiles_all")

    keys: Ints
    counts: Floats
    n_countries: int
    n_titles: int

    def lookup(self, column: str, day: Ints, country: Ints, title: Ints) -> Floats:
        """Give a count as of the start of each day; 0 where the table has no row."""
        wanted = (day * self.n_countries + country) * self.n_titles + title
        if not len(self.keys):
            return np.zeros(len(wanted))
        place = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        values = self.counts[place, self.COLUMNS.index(column)]
        return np.where(self.keys[place] == wanted, values, 0.0)


@dataclass(frozen=True)
class Coplays:
    """The rows of `title_coplays`: at each fit date, titles x titles cosines, sparse."""

    fitted_at: Ints  # microseconds, ascending
    cosines: tuple[sp.csr_matrix, ...]


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
    truth: Truth | None

    @property
    def n_titles(self) -> int:
        """Number of titles."""
        return len(self.titles)

    def title_index(self, show_title_id: Ints) -> Ints:
        """Give each title's index, -1 where the title is unknown."""
        return _index(self.titles, show_title_id)

    @classmethod
    def from_tables(
        cls, titles: pa.Table, popularity: pa.Table, coplays: pa.Table, truth: Truth | None
    ) -> "State":
        """Build the state from the tables `titles`, `title_popularity_daily`, `title_coplays`."""
        titles = titles.sort_by("show_title_id")
        ids = titles["show_title_id"].to_numpy()
        countries = (EVERYWHERE, *sorted(set(popularity["country_iso_code"].to_pylist())))
        countries = tuple(dict.fromkeys(countries))
        return cls(
            titles=ids,
            countries=countries,
            launched_at=microseconds(titles["launched_at"]),
            genres=_genre_shares(titles["genres"]),
            creator=titles["creator"].combine_chunks().dictionary_encode().indices.fill_null(-1)
            .to_numpy().astype(np.int64),
            popularity=_popularity(popularity, ids, countries),
            coplays=_coplays(coplays, ids),
            truth=truth,
        )  # fmt: skip


def _index(known: Ints, wanted: Ints) -> Ints:
    """Give the place of each wanted value in the sorted known ones, -1 where it is not there."""
    if not len(known):
        return np.full(len(wanted), -1)
    place = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    return np.where(known[place] == wanted, place, -1)


def _genre_shares(genres: pa.ChunkedArray) -> Floats:
    """Spread each title's weight of 1 evenly over its genres."""
    lists = genres.combine_chunks()
    names = lists.flatten().dictionary_encode()
    title = lists.value_parent_indices().to_numpy()
    counts = np.bincount(title, minlength=len(lists))
    shares = np.zeros((len(lists), max(1, len(names.dictionary))))
    shares[title, names.indices.to_numpy()] = 1.0 / counts[title]
    return shares


def _popularity(table: pa.Table, titles: Ints, countries: tuple[str, ...]) -> Popularity:
    """Sort the snapshot's rows by their key."""
    day = table["day"].cast(pa.int32()).to_numpy().astype(np.int64)
    country = _country_index(table["country_iso_code"], countries)
    title = _index(titles, table["show_title_id"].to_numpy())
    n_countries = len(countries) + 1  # the last index is for countries without any play
    keys = (day * n_countries + country) * len(titles) + title
    order = np.argsort(keys)
    counts = np.column_stack([table[name].to_numpy() for name in Popularity.COLUMNS])
    return Popularity(
        keys=keys[order],
        counts=counts.astype(np.float64)[order],
        n_countries=n_countries,
        n_titles=len(titles),
    )


def _country_index(codes: pa.ChunkedArray, countries: tuple[str, ...]) -> Ints:
    """Give each code's index in `countries`."""
    encoded = codes.combine_chunks().dictionary_encode()
    place = np.array([countries.index(code) for code in encoded.dictionary.to_pylist()], np.int64)
    return np.asarray(place[encoded.indices.to_numpy()])


def _coplays(table: pa.Table, titles: Ints) -> Coplays:
    """Make one sparse matrix a fit date."""
    fitted_at = microseconds(table["fitted_at"])
    row = _index(titles, table["show_title_id"].to_numpy())
    column = _index(titles, table["neighbour_id"].to_numpy())
    cosine = table["cosine"].to_numpy()
    dates = np.unique(fitted_at)
    shape = (len(titles), len(titles))
    return Coplays(
        fitted_at=dates,
        cosines=tuple(
            sp.csr_matrix((cosine[at], (row[at], column[at])), shape=shape)
            for at in (fitted_at == date for date in dates)
        ),
    )
