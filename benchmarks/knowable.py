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

import numpy as np
from simulated_visits import TEST_DAY, Visit, simulated_visits

from dmc12.world.latents import Catalogue, cast, catalogue
from dmc12.world.names import FIRST_PROFILE_ID
from dmc12.world.spec import DAY, WorldSpec
from dmc12.world.utility import repeat


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

    def visit(self, visit: Visit) -> tuple[float, ...]:
        """Rank a visit's titles by oracle, inference and prior, then learn from its plays."""
        offered = visit.offered
        repeats, once, no_more = (
            repeat(self.spec.weights, fondness * self.titles.rewatch, self.plays,
                   (visit.at - self.last_at) / DAY)[offered]
            for fondness in (self.rewatch, 1.0, 0.0)
        )  # fmt: skip
        rest = visit.utility[offered] - self.taste[offered] - repeats + no_more
        guesses = self.prior.taste[:, offered] + rest + np.outer(self.prior.rewatch, once - no_more)
        weight = np.exp(self.log_weight - self.log_weight.max())
        found = (
            visit.ndcg(visit.utility[offered]),
            visit.ndcg(weight @ guesses),
            visit.ndcg(guesses.mean(axis=0)),
        )
        urge = np.exp(guesses)
        left = urge.sum(axis=1)
        chosen = np.searchsorted(offered, [title for _, title in visit.plays])
        for title in chosen:  # Plackett-Luce: each play is one choice among what is left
            self.log_weight += guesses[:, title] - np.log(left)
            left = left - urge[:, title]
        for moment, title in visit.plays:
            self.plays[title] += 1
            self.last_at[title] = moment
        return found


def main(draws: int = 1_500, profiles: int = 300) -> None:
    spec = WorldSpec()
    titles = catalogue(spec)
    prior = Prior(spec, titles, draws)
    test_at = spec.starts_second + TEST_DAY * DAY
    visits = simulated_visits(spec)
    late = [profile for profile, own in visits.items() if own and own[-1].at >= test_at]
    found = []
    for place in np.random.default_rng(7).permutation(late)[:profiles].tolist():
        profile = Profile(spec, titles, FIRST_PROFILE_ID + place, prior)
        for visit in visits[place]:
            figures = profile.visit(visit)
            found += [figures] if visit.at >= test_at else []
    oracle, inferred, blind = np.array(found).T
    print(f"{len(found)} visits: oracle {oracle.mean():.4f}")
    for name, values in (("own plays by Bayes' rule", inferred), ("the prior alone", blind)):
        error = np.std(values - oracle) / np.sqrt(len(found)) / oracle.mean()
        print(f"{name}: {values.mean():.4f}, {values.mean() / oracle.mean():.1%} +- {error:.1%}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
