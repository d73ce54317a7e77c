"""Item-item cosines: titles are close when the same profiles have played both."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import pyarrow as pa
import scipy.sparse as sp
from numpy.typing import NDArray

from dmc12.columns import microseconds, places_in

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Coplays:
    """The rows of `title_coplays`: at each of f fit dates, titles x titles cosines, sparse."""

    fitted_at: Ints  # f: microseconds, ascending
    cosines: tuple[sp.csr_matrix, ...]

    @classmethod
    def from_table(cls, table: pa.Table, titles: Ints) -> Self:
        """Build it from the table's rows; all its titles are among `titles`, which are sorted."""
        fitted_at = microseconds(table["fitted_at"])
        row = places_in(titles, table["show_title_id"].to_numpy())
        column = places_in(titles, table["neighbour_id"].to_numpy())
        cosine = table["cosine"].to_numpy()
        dates = np.unique(fitted_at)
        shape = (len(titles), len(titles))
        return cls(
            dates,
            tuple(
                sp.csr_matrix((cosine[at], (row[at], column[at])), shape=shape)
                for at in (fitted_at == date for date in dates)
            ),
        )

    def fit_of(self, context_at: Ints) -> Ints:
        """Find the last fit that is not after each context, -1 before the first."""
        return last_fit(self.fitted_at, context_at)


def last_fit(fitted_at: Ints, at: Ints) -> Ints:
    """Find the last fit that is not after each moment, -1 before the first."""
    return np.searchsorted(fitted_at, at, side="right") - 1


def coplay_cosines(plays: pa.Table, neighbours: int) -> pa.Table:
    """Return each title's nearest neighbours by the cosine of their sets of profiles.

    `plays` has the columns profile_id and show_title_id, any number of rows a pair. The result has
    show_title_id, neighbour_id and cosine in (0, 1], at most `neighbours` rows a title, ties to the
    smaller neighbour_id, sorted by both ids. A title is no neighbour of itself.

    Source: Sarwar et al. 2001, Item-based collaborative filtering, doi 10.1145/371920.372071.
    """
    profiles, profile = np.unique(plays["profile_id"].to_numpy(), return_inverse=True)
    titles, title = np.unique(plays["show_title_id"].to_numpy(), return_inverse=True)
    played = sp.csr_matrix(
        (np.ones(len(profile)), (profile, title)), shape=(len(profiles), len(titles))
    )
    played.data[:] = 1.0  # a pair counts once, however often it was played
    both = (played.T @ played).tocoo()
    alone = np.asarray(played.sum(axis=0)).ravel()
    other = both.row != both.col
    row, column = both.row[other], both.col[other]
    cosine = both.data[other] / np.sqrt(alone[row] * alone[column])
    order = np.lexsort((column, -cosine, row))
    row, column, cosine = row[order], column[order], cosine[order]
    place = np.arange(len(row)) - np.searchsorted(row, row)
    near = np.flatnonzero(place < neighbours)
    near = near[np.lexsort((column[near], row[near]))]
    return pa.table(
        {
            "show_title_id": titles[row[near]],
            "neighbour_id": titles[column[near]],
            "cosine": cosine[near],
        }
    )
