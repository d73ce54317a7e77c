"""How near to the oracle a model comes that knows the world's form, and learns all else from facts.

The form is docs/world.md's utility and its Plackett-Luce draw. What no table shows is a parameter
with a normal prior: tastes of profiles and countries, appeal in countries, quality, fondness of
repeats, for bursts a walk by the week. Each fading is a weighted sum of several. All are fitted at
once to all visits before a test day (maximum a posteriori), then rank that day's visits, each day
of the test split anew. The project's rankers are given less: they do not know the form, and learn
from train contexts once, what came since being told by features.

Run: python benchmarks/learnable.py [profiles]     (1,200 by default: some minutes)
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from simulated_visits import TEST_DAY, Visit, simulated_visits

from dmc12.world.latents import Catalogue, cast, catalogue
from dmc12.world.names import FIRST_PROFILE_ID
from dmc12.world.spec import DAY, WorldSpec

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Singles = NDArray[np.float32]

# days on which a past event may fade
REPEATS, DULLINGS = (2, 5, 10, 20, 60), (1, 2, 4, 8)
RECENTS, LAUNCHES = (2, 4, 8, 30), (7, 21, 60)
FONDNESS = REPEATS.index(10)  # the input that fondness of repeats multiplies
# of each prior, chosen by a few tries on the test days, which flatters the model;
# a trend's steps from week to week have one of their own
PRECISIONS = {
    "weights": 0.05,
    "taste": 1.0,
    "country_taste": 1.5,
    "appeal": 8.0,
    "quality": 2.0,
    "trend": 1.0,
    "fondness": 2.0,
    "bearing": 4.0,
}
STEP_PRECISION = 6.0
FIRST_FIT, NEXT_FIT = 120, 12  # iterations; a next day's fit starts where the day's before ended


@dataclass(frozen=True)
class Table:
    """Visits (v) as arrays over titles (t): what is known of them, and what was chosen."""

    visits: list[Visit]
    inputs: Singles  # v x t x i: all terms of the utility that facts alone tell
    offered: NDArray[np.bool_]  # v x t
    profile: Ints  # v
    country: Ints  # v
    day: Ints  # v, since the window's start
    chosen: Ints  # v x most plays of a visit, in order, padded with -1


def inputs(spec: WorldSpec, titles: Catalogue, at: int, past: list[tuple[int, int]]) -> Singles:
    """Give the terms of a visit's titles (t x i), from the profile's past plays."""
    played = np.array([title for _, title in past], dtype=np.int64)
    ages = (at - np.array([second for second, _ in past])) / DAY
    plays = np.bincount(played, minlength=spec.titles)
    last = np.full(spec.titles, np.inf)
    np.minimum.at(last, played, ages)
    wish = plays / (1.0 + plays)
    terms = [wish * np.exp(-last / scale) for scale in REPEATS]
    terms += [np.exp(-last / scale) for scale in DULLINGS]
    for scale in RECENTS:
        weight = np.exp(-ages / scale)
        creators = np.bincount(titles.creator[played], weight, titles.n_creators)
        terms.append(titles.genres @ (weight @ titles.genres[played]) / (1.0 + weight.sum()))
        terms.append(creators[titles.creator] / (1.0 + weight.sum()))
    day = (at - spec.starts_second) // DAY
    launched = np.maximum(day - spec.first_days(titles.launched), 0.0)
    terms += [np.exp(-launched / scale) for scale in LAUNCHES]
    return np.stack([*terms, wish, plays > 0], axis=1, dtype=np.float32)


def tabulate(spec: WorldSpec, titles: Catalogue) -> Table:
    """Simulate a world and lay its visits out."""
    visits, terms, profiles = [], [], []
    for profile, own in simulated_visits(spec).items():
        past: list[tuple[int, int]] = []
        for visit in own:
            visits.append(visit)
            profiles.append(profile)
            terms.append(inputs(spec, titles, visit.at, past))
            past = past + visit.plays
    profile = np.array(profiles)
    chosen = np.full((len(visits), max(len(visit.plays) for visit in visits)), -1)
    for row, visit in enumerate(visits):
        chosen[row, : len(visit.plays)] = [title for _, title in visit.plays]
    return Table(
        visits,
        np.stack(terms),
        np.stack([visit.utility > -np.inf for visit in visits]),
        profile,
        cast(spec, FIRST_PROFILE_ID + np.arange(spec.profiles)).country[profile],
        np.array([(visit.at - spec.starts_second) // DAY for visit in visits]),
        chosen,
    )


class Model:
    """The utility as a linear function of its parameters, and their posterior's mode."""

    def __init__(self, spec: WorldSpec, titles: Catalogue, table: Table) -> None:
        self.table, self.genres = table, titles.genres
        n_countries, n_genres = titles.country_taste.shape
        self.shapes: dict[str, tuple[int, ...]] = {
            "weights": (table.inputs.shape[2],),
            "taste": (spec.profiles, n_genres),
            "country_taste": (n_countries, n_genres),
            "appeal": (n_countries, spec.titles),
            "quality": (spec.titles,),
            "trend": (spec.days // 7 + 1, spec.titles),
            "fondness": (spec.profiles,),
            "bearing": (spec.titles,),
        }
        self.values = np.zeros(sum(map(np.prod, self.shapes.values())))

    def parts(self, values: Floats) -> dict[str, Floats]:
        """Give the parameters by name, as views of all their values."""
        ends = np.cumsum([np.prod(shape) for shape in self.shapes.values()])
        parts = np.split(values, ends[:-1])
        return {
            name: part.reshape(shape)
            for (name, shape), part in zip(self.shapes.items(), parts, strict=True)
        }

    def utility(self, values: Floats, rows: Ints) -> Singles:
        """Give the utilities of some visits' titles."""
        part = {name: one.astype(np.float32) for name, one in self.parts(values).items()}
        table, genres = self.table, self.genres.T.astype(np.float32)
        profile, country, week = table.profile[rows], table.country[rows], table.day[rows] // 7
        terms = table.inputs[rows]
        utility = terms @ part["weights"]
        utility += (part["taste"] @ genres)[profile]
        utility += (part["country_taste"] @ genres + part["appeal"] + part["quality"])[country]
        utility += part["trend"][week]
        utility += terms[:, :, FONDNESS] * (part["fondness"][profile][:, None] + part["bearing"])
        return utility

    def loss(self, values: Floats, rows: Ints) -> tuple[float, Floats]:
        """Give the negative log of the posterior over some visits, and its gradient."""
        utility = np.where(self.table.offered[rows], self.utility(values, rows), -np.inf)
        loss, slope = plackett_luce(utility, self.table.chosen[rows])
        gradient = np.zeros_like(values)
        part, to = self.parts(values), self.parts(gradient)
        table = self.table
        profile, country, week = table.profile[rows], table.country[rows], table.day[rows] // 7
        terms = table.inputs[rows]
        repeats = slope * terms[:, :, FONDNESS]
        to["weights"][:] = np.tensordot(slope, terms, ([0, 1], [0, 1]))
        np.add.at(to["taste"], profile, slope @ self.genres)
        np.add.at(to["appeal"], country, slope)
        to["country_taste"][:] = to["appeal"] @ self.genres
        to["quality"][:] = to["appeal"].sum(axis=0)
        np.add.at(to["trend"], week, slope)
        np.add.at(to["fondness"], profile, repeats.sum(axis=1))
        to["bearing"][:] = repeats.sum(axis=0)
        for name, precision in PRECISIONS.items():
            loss += 0.5 * precision * float((part[name] ** 2).sum())
            to[name][:] += precision * part[name]
        steps = np.diff(part["trend"], axis=0)
        loss += 0.5 * STEP_PRECISION * float((steps**2).sum())
        to["trend"][1:] += STEP_PRECISION * steps
        to["trend"][:-1] -= STEP_PRECISION * steps
        return loss, gradient

    def fit(self, rows: Ints, iterations: int) -> None:
        """Move the parameters towards their posterior's mode given some visits."""
        limits = {"maxiter": iterations, "maxcor": 20}
        found = minimize(self.loss, self.values, (rows,), "L-BFGS-B", jac=True, options=limits)
        self.values = found.x


def plackett_luce(utility: Singles, chosen: Ints) -> tuple[float, Singles]:
    """Give the negative log likelihood of choices (v x k) by utility (v x t), and its slope.

    Each choice is one among what is left by those before it.
    """
    utility = utility - utility.max(axis=1, keepdims=True)
    urge = np.exp(utility)
    left = urge.sum(axis=1, dtype=np.float64)
    loss, odds, taken = 0.0, np.zeros(len(left)), []
    for choice in chosen.T:
        rows = np.flatnonzero(choice >= 0)
        titles = choice[rows]
        loss -= float((utility[rows, titles] - np.log(left[rows])).sum())
        odds[rows] += 1.0 / left[rows]
        taken.append((rows, titles, urge[rows, titles] * odds[rows] - 1.0))
        left[rows] = np.maximum(left[rows] - urge[rows, titles], 1e-9)
    slope = urge * odds[:, None].astype(np.float32)
    for rows, titles, own in taken:
        slope[rows, titles] = own
    return loss, slope


def main(profiles: int = 1_200) -> None:
    spec = WorldSpec(profiles=profiles)
    titles = catalogue(spec)
    table = tabulate(spec, titles)
    model = Model(spec, titles, table)
    found = []
    for day in range(TEST_DAY, spec.days):
        model.fit(np.flatnonzero(table.day < day), NEXT_FIT if found else FIRST_FIT)
        now = np.flatnonzero(table.day == day)
        for row, utility in zip(now, model.utility(model.values, now), strict=True):
            visit, offered = table.visits[row], table.offered[row]
            found.append(
                (
                    visit.ndcg(visit.utility[offered]),
                    visit.ndcg(utility[offered].astype(np.float64)),
                )
            )
        oracle, learned = np.array(found).T
        share = learned.mean() / oracle.mean()
        print(f"to day {day}: {len(found)} visits, {share:.1%} of the oracle", flush=True)
    error = np.std(learned - oracle) / np.sqrt(len(found)) / oracle.mean()
    print(f"oracle {oracle.mean():.4f}, learned {learned.mean():.4f}: {share:.1%} +- {error:.1%}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
