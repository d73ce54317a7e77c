"""A mix of strategies: each draws its quota in turn, of what the ones before it have left.

The inclusion probability of a drawn title is exact, given the arrivals of all other titles (rank
conditioning: Cohen and Kaplan 2007, doi 10.1145/1281100.1281133). Take the title away and draw
again: in strategy s its quota would then be full at some time T[s]. The title is in the draw if and
only if it arrives in some strategy before that strategy's T[s], so with probability
1 - exp(-sum over s of w[s] T[s]). A sum over drawn titles, each divided by its probability, is
therefore without bias the sum over all candidates, for any mix of strategies.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dmc12 import draws
from dmc12.apportion import largest_remainder
from dmc12.negatives.pairs import Pairs
from dmc12.negatives.race import Arrivals, Pool

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Entry:
    """A strategy's part in the mix: n contexts' pools, what they must not give, and how many."""

    pool: Pool
    excluded: Pairs
    key: draws.Keys  # n
    wanted: int


@dataclass(frozen=True)
class Drawn:
    """Titles in the order of (context, entry, arrival)."""

    context: Ints
    title: Ints
    entry: Ints
    draw_probability: Floats  # that the entry's first draw is this title
    inclusion_probability: Floats  # that the whole draw has this title, given the others' arrivals


@dataclass(frozen=True)
class _Turn:
    """What an entry drew from n contexts, and what it would have drawn next."""

    arrivals: Arrivals
    pairs: Pairs
    full_at: Floats  # n: arrival of the last one wanted, 0 if none is, infinite if there are fewer
    next_at: Floats  # n: arrival of the one after, infinite if there is none
    next_title: Ints  # n: -1 if there is none


def quotas(total: int, shares: Mapping[Any, float]) -> dict[str, int]:
    """Split a total by shares that add to 1: by largest remainder, ties to the one named first."""
    # a share is the decimal number that it was declared as
    wanted = largest_remainder([total * Fraction(str(share)) for share in shares.values()])
    return dict(zip(shares, wanted, strict=True))


def draw(entries: Sequence[Entry], n_contexts: int) -> Drawn:
    """Draw the entries' quotas in their order; a context with too few candidates gives them all."""
    turns = _turns(entries, n_contexts)
    parts = []
    for nth, (entry, turn) in enumerate(zip(entries, turns, strict=True)):
        context, title = turn.arrivals.context, turn.arrivals.title
        full_at = _full_without_one(turns, nth)
        pressure = np.zeros(len(context))
        for other, time in zip(entries, full_at, strict=True):
            weight = other.pool.weight_of(context, title)
            weight[other.excluded.has(context, title)] = 0.0
            may = weight > 0
            pressure[may] += weight[may] * time[context[may]]
        weight = entry.pool.weight_of(context, title)
        candidates = np.maximum(_open_weight(entry, n_contexts)[context], weight)
        parts.append(
            (context, title, np.full(len(context), nth), weight / candidates, -np.expm1(-pressure))
        )
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    order = np.argsort(columns[0], kind="stable")
    return Drawn(*(column[order] for column in columns))


def _turns(entries: Sequence[Entry], n_contexts: int) -> list[_Turn]:
    """Let each entry draw, without what was drawn before it."""
    turns: list[_Turn] = []
    for entry in entries:
        excluded = entry.excluded
        for turn in turns:
            excluded = excluded.plus(turn.pairs)
        arrivals = entry.pool.arrivals(entry.key, entry.wanted, excluded)
        place = arrivals.place
        full_at = np.full(n_contexts, np.inf if entry.wanted else 0.0)
        next_at = np.full(n_contexts, np.inf)
        last, after = place == entry.wanted - 1, place == entry.wanted
        full_at[arrivals.context[last]] = arrivals.time[last]
        next_at[arrivals.context[after]] = arrivals.time[after]
        next_title = np.full(n_contexts, -1)
        next_title[arrivals.context[after]] = arrivals.title[after]
        drawn = Arrivals(arrivals.context[~after], arrivals.title[~after], arrivals.time[~after])
        pairs = Pairs(drawn.context, drawn.title, excluded.n_titles)
        turns.append(_Turn(drawn, pairs, full_at, next_at, next_title))
    return turns


def _full_without_one(turns: Sequence[_Turn], nth: int) -> list[Floats]:
    """Give when each quota would be full if one title that turn `nth` drew were not there.

    Its place would go to the next arrival; had a later turn drawn that one, then the later turn's
    next would take that place in turn, and so on. It is the same for all titles of the turn.
    """
    full_at = [turn.full_at for turn in turns[:nth]]
    full_at.append(turns[nth].next_at)
    taken = turns[nth].next_title
    everyone = np.arange(len(taken))
    for turn in turns[nth + 1 :]:
        bumped = (taken >= 0) & turn.pairs.has(everyone, np.maximum(taken, 0))
        full_at.append(np.where(bumped, turn.next_at, turn.full_at))
        taken = np.where(bumped, turn.next_title, taken)
    return full_at


def _open_weight(entry: Entry, n_contexts: int) -> Floats:
    """Give the weight of all that an entry's first draw may give (n)."""
    closed = entry.excluded
    lost = entry.pool.weight_of(closed.context, closed.title)
    return np.asarray(entry.pool.totals() - np.bincount(closed.context, lost, n_contexts))
