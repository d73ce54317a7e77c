"""How near to the oracle a ranker can come that knows the world, but not the profiles.

What no table shows of a profile, its taste and its fondness of repeats, is inferred from its own
plays by Bayes' rule: draws of both from the prior are weighed by the likelihood of each choice
that the profile has made so far, and a visit's titles are ranked by their mean utility. All else
(titles, countries, trends, weights) is known, so no trained ranker can be expected to do better.
Beside it the same without the profile's plays, by the prior alone, and the oracle; NDCG@10 over
the shipped world's visits from the start of its test split on.

Run: python benchmarks/knowable.py [draws of the prior] [profiles]     (1,500 and 300 by default)
"""

from __future__ import annotations

import sys
from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from dmc12.columns import microseconds
from dmc12.trainers.ndcg import Ndcg
from dmc12.world.latents import Catalogue, cast, catalogue
from dmc12.world.names import FIRST_PROFILE_ID, FIRST_TITLE_ID
from dmc12.world.simulate import Wave, simulate
from dmc12.world.spec import DAY, WorldSpec
from dmc12.world.utility import repeat

Floats = NDArray[np.float64]

TEST_DAY = 77  # 2026-06-18


class Prior:
    """Draws of a profile's taste, as utility by title, and of its fondness of repeats.

    They are the profiles of another seed, drawn by the world itself.
    """

    def __init__(self, spec: WorldSpec, titles: Catalogue, draws: int) -> None:
        others = spec.model_copy(update={"seed": spec.seed + 1})
        drawn = cast(others, FIRST_PROFILE_ID + np.arange(draws))
        self.taste = spec.weights.taste * drawn.taste @ titles.genres.T
        self.rewatch = drawn.rewatch


class Profile:
    """One profile's visits, and what its choices so far say of its taste and fondness."""

    def __init__(self, spec: WorldSpec, titles: Catalogue, profile_id: int, prior: Prior) -> None:
        self.spec, self.titles, self.prior = spec, titles, prior
        own = cast(spec, np.array([profile_id]))
        self.taste = spec.weights.taste * own.taste[0] @ titles.genres.T
        self.rewatch = own.rewatch[0]
        self.log_weight = np.zeros(len(prior.rewatch))
        self.plays = np.zeros(spec.titles)
        self.last_at = np.full(spec.titles, -np.inf)

    def visit(self, at: int, utility: Floats, plays: list[tuple[int, int]]) -> tuple[float, ...]:
        """Rank a visit's titles by oracle, inference and prior, then learn from its plays."""
        offered = np.flatnonzero(utility > -np.inf)
        repeats, once, no_more = (
            repeat(self.spec.weights, fondness * self.titles.rewatch, self.plays,
                   (at - self.last_at) / DAY)[offered]
            for fondness in (self.rewatch, 1.0, 0.0)
        )  # fmt: skip
        rest = utility[offered] - self.taste[offered] - repeats + no_more
        guesses = self.prior.taste[:, offered] + rest + np.outer(self.prior.rewatch, once - no_more)
        chosen = np.searchsorted(offered, [title for _, title in plays])
        labels = np.zeros(len(offered))
        labels[chosen] = 1.0
        ndcg = Ndcg(labels, np.array([len(offered)]))
        weight = np.exp(self.log_weight - self.log_weight.max())
        found = (
            ndcg(utility[offered]),
            ndcg(weight @ guesses),
            ndcg(guesses.mean(axis=0)),
        )
        urge = np.exp(guesses)
        left = urge.sum(axis=1)
        for title in chosen:  # Plackett-Luce: each play is one choice among what is left
            self.log_weight += guesses[:, title] - np.log(left)
            left = left - urge[:, title]
        for moment, title in plays:
            self.plays[title] += 1
            self.last_at[title] = moment
        return found


def main(draws: int = 1_500, profiles: int = 300) -> None:
    spec = WorldSpec()
    titles = catalogue(spec)
    visits: dict[int, dict[int, Floats]] = defaultdict(dict)

    def observe(wave: Wave) -> None:
        for profile_id, at, ids, utility in zip(
            wave.profile_id, wave.at, wave.show_title_id, wave.utility, strict=True
        ):
            by_title = np.full(spec.titles, -np.inf)
            by_title[ids - FIRST_TITLE_ID] = utility
            visits[int(profile_id)][int(at)] = by_title

    world = simulate(spec, observe)
    plays: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for profile_id, at, title in zip(
        world.plays["profile_id"].to_pylist(),
        (microseconds(world.plays["played_at"]) // 1_000_000).tolist(),
        world.plays["show_title_id"].to_pylist(),
        strict=True,
    ):
        plays[int(profile_id)].append((at, int(title) - FIRST_TITLE_ID))

    prior = Prior(spec, titles, draws)
    test_at = spec.starts_second + TEST_DAY * DAY
    late = [profile_id for profile_id, own in visits.items() if max(own) >= test_at]
    found = []
    for profile_id in np.random.default_rng(7).permutation(late)[:profiles].tolist():
        profile = Profile(spec, titles, profile_id, prior)
        starts = sorted(visits[profile_id])
        for at, until in zip(starts, [*starts[1:], 2**62], strict=True):
            own = [play for play in sorted(plays[profile_id]) if at <= play[0] < until]
            if own:
                figures = profile.visit(at, visits[profile_id][at], own)
                found += [figures] if at >= test_at else []
    oracle, inferred, blind = np.array(found).T
    print(f"{len(found)} visits: oracle {oracle.mean():.4f}")
    for name, values in (("own plays by Bayes' rule", inferred), ("the prior alone", blind)):
        error = np.std(values - oracle) / np.sqrt(len(found)) / oracle.mean()
        print(f"{name}: {values.mean():.4f}, {values.mean() / oracle.mean():.1%} +- {error:.1%}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
