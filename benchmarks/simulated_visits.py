"""A simulated world's visits, with the utilities that no table shows."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dmc12.columns import microseconds
from dmc12.trainers.ndcg import Ndcg
from dmc12.world.names import FIRST_PROFILE_ID, FIRST_TITLE_ID
from dmc12.world.simulate import Wave, simulate
from dmc12.world.spec import WorldSpec

Floats = NDArray[np.float64]

TEST_DAY = 77  # 2026-06-18, where the shipped world's test split starts


@dataclass(frozen=True)
class Visit:
    """A visit that played something: its start, each title's true utility, what it played when.

    `utility` has a place for each title of the world, -inf where it is not on offer; moments are
    seconds since 1970, titles places in the catalogue.
    """

    at: int
    utility: Floats
    plays: list[tuple[int, int]]

    @property
    def offered(self) -> NDArray[np.int64]:
        """The titles on offer."""
        return np.flatnonzero(self.utility > -np.inf)

    def ndcg(self, scores: Floats) -> float:
        """Return NDCG@10 of scores, one a title on offer."""
        labels = np.isin(self.offered, [title for _, title in self.plays]).astype(float)
        return Ndcg(labels, np.array([len(labels)]))(scores)


def simulated_visits(spec: WorldSpec) -> dict[int, list[Visit]]:
    """Simulate a world; give each profile's visits in order of time, by the profile's place."""
    utilities: dict[int, dict[int, Floats]] = defaultdict(dict)

    def observe(wave: Wave) -> None:
        for profile_id, at, ids, utility in zip(
            wave.profile_id, wave.at, wave.show_title_id, wave.utility, strict=True
        ):
            by_title = np.full(spec.titles, -np.inf)
            by_title[ids - FIRST_TITLE_ID] = utility
            utilities[int(profile_id) - FIRST_PROFILE_ID][int(at)] = by_title

    world = simulate(spec, observe)
    plays: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for profile_id, at, title in zip(
        world.plays["profile_id"].to_pylist(),
        (microseconds(world.plays["played_at"]) // 1_000_000).tolist(),
        world.plays["show_title_id"].to_pylist(),
        strict=True,
    ):
        plays[profile_id - FIRST_PROFILE_ID].append((at, title - FIRST_TITLE_ID))
    return {profile: _visits(utilities[profile], sorted(plays[profile])) for profile in utilities}


def _visits(utilities: dict[int, Floats], plays: list[tuple[int, int]]) -> list[Visit]:
    """Give each play to the visit that it is of; leave out visits that played nothing."""
    starts = sorted(utilities)
    visits = [
        Visit(at, utilities[at], [play for play in plays if at <= play[0] < until])
        for at, until in zip(starts, [*starts[1:], 2**62], strict=True)
    ]
    return [visit for visit in visits if visit.plays]
