"""What can be drawn: each country's titles by the time of their launch, and titles' popularity.

A context's candidates are the titles that its country had before it: the first so many of the
country's list. So nothing has to be filtered, joined or copied a context, and a title that comes
later moves nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from dmc12.columns import microseconds, places_in
from dmc12.coplays import last_fit

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

EVERYWHERE = "*"
GRAIN = 2.0**-16  # popularity weights are multiples of it: sums and differences of them are exact


@dataclass(frozen=True)
class Catalogue:
    """t titles and c countries that a title names, and one list for all other countries.

    All lists, end to end, have p places.
    """

    titles: Ints  # t: show_title_id, ascending; elsewhere titles are indices into these
    countries: dict[str, int]  # each country's list; a country that is not in it has list c
    first_place: Ints  # c + 2: where each list begins; the last is p
    title_at: Ints  # p: the title at each place, by launch within a list, then by id
    launched_at: Ints  # p: microseconds since 1970
    place: NDArray[np.int32]  # (c + 1) x t: a title's place in a list, -1 if not available

    @classmethod
    def from_table(cls, titles: pa.Table) -> "Catalogue":
        """Build it from the columns show_title_id, launched_at and country_iso_codes."""
        titles = titles.sort_by("show_title_id")
        ids = titles["show_title_id"].to_numpy()
        launched = microseconds(titles["launched_at"])
        by_launch = np.argsort(launched, kind="stable")
        lists = titles["country_iso_codes"].combine_chunks()
        title = lists.value_parent_indices().to_numpy()
        code = np.array(lists.flatten().to_pylist(), dtype=object)
        names = sorted(set(code.tolist()) - {EVERYWHERE})
        place = np.full((len(names) + 1, len(ids)), -1, dtype=np.int32)
        of_list, first = [np.empty(0, np.int64)], [0]
        for row, name in enumerate([*names, EVERYWHERE]):
            available = np.zeros(len(ids), dtype=bool)
            available[title[(code == name) | (code == EVERYWHERE)]] = True
            listed = by_launch[available[by_launch]]
            place[row, listed] = first[-1] + np.arange(len(listed))
            of_list.append(listed)
            first.append(first[-1] + len(listed))
        title_at = np.concatenate(of_list)
        countries = {name: row for row, name in enumerate(names)}
        return cls(ids, countries, np.array(first), title_at, launched[title_at], place)

    def list_of(self, country_iso_codes: Sequence[str]) -> Ints:
        """Give the list of each country."""
        others = len(self.countries)
        return np.array([self.countries.get(code, others) for code in country_iso_codes], np.int64)

    def span(self, lists: Ints, at: Ints) -> tuple[Ints, Ints]:
        """Give the places [first, last) of the lists' titles (n) that were out before `at` (n)."""
        last = np.empty(len(lists), dtype=np.int64)
        for row in np.unique(lists):
            begin, end = self.first_place[row], self.first_place[row + 1]
            of_row = lists == row
            last[of_row] = begin + np.searchsorted(self.launched_at[begin:end], at[of_row])
        return self.first_place[lists], last


@dataclass(frozen=True)
class Popularity:
    """Titles' weights as of each of f fit dates, as cumulative weights of the catalogue's places.

    `cumulative` has a 0 in front of f levels of p places, and a last level of weight 0. Weights are
    rounded to GRAIN; their sum must stay below 2^36.
    """

    fitted_at: Ints  # f: microseconds, ascending
    cumulative: Floats  # (f + 1) p + 1

    @classmethod
    def from_table(cls, table: pa.Table, catalogue: Catalogue) -> "Popularity":
        """Build it from the rows of `title_weights`: fitted_at, show_title_id, weight."""
        moments = microseconds(table["fitted_at"])
        dates = np.unique(moments)
        weight = np.zeros((len(dates) + 1, len(catalogue.titles)))
        title = places_in(catalogue.titles, table["show_title_id"].to_numpy())
        weight[np.searchsorted(dates, moments), title] = table["weight"].to_numpy()
        weight = np.round(weight / GRAIN) * GRAIN
        places = weight[:, catalogue.title_at].ravel()
        if places.sum() >= 2.0**36:
            raise ValueError(
                "title_weights: the sum of all weights is 2^36 or more; lower popularity_exponent"
            )
        return cls(dates, np.concatenate([[0.0], np.cumsum(places)]))

    def level_before(self, at: Ints) -> Ints:
        """Give the first place of the last fit at or before each moment (of the zeros if none)."""
        n_levels = len(self.fitted_at) + 1
        fit = last_fit(self.fitted_at, at)
        return np.where(fit < 0, n_levels - 1, fit) * ((len(self.cumulative) - 1) // n_levels)
