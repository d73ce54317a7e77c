"""A simulated world together with every visit's true utilities."""

from dataclasses import dataclass

import numpy as np

from dmc12.world.simulate import Wave, World, simulate
from dmc12.world.spec import WorldSpec


@dataclass(frozen=True)
class Recorded:
    spec: WorldSpec
    world: World
    waves: list[Wave]

    def plays(self, column: str) -> np.ndarray:
        """A column of the plays, ordered by profile and then time; moments as seconds."""
        order = self.world.plays.sort_by([("profile_id", "ascending"), ("played_at", "ascending")])
        return seconds(order[column]) if column == "played_at" else order[column].to_numpy()

    def impressions(self, column: str) -> np.ndarray:
        """A column of the impressions, by profile, time and position; moments as seconds."""
        keys = ("profile_id", "shown_at", "position")
        order = self.world.impressions.sort_by([(key, "ascending") for key in keys])
        return seconds(order[column]) if column == "shown_at" else order[column].to_numpy()


def seconds(moments) -> np.ndarray:
    return moments.cast("int64").to_numpy() // 1_000_000


def record(spec: WorldSpec) -> Recorded:
    waves: list[Wave] = []
    return Recorded(spec, simulate(spec, waves.append), waves)
