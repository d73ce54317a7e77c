"""LightGBM's network: one a process, from when it is joined until it is left."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np

from dmc12.distributed.place import Place, machines
from dmc12.trainers.library import library


@contextmanager
def joined(places: Sequence[Place], own: Place, time_out_minutes: int) -> Iterator[None]:
    """Connect this process, whose place is `own`, to all workers, listed by rank, for a while.

    Whatever LightGBM bins and boosts meanwhile it bins and boosts with them. Pyspark's processes
    are used again, so the network must be left even where training fails.
    """
    lightgbm = library()
    # the network is reached through any booster: this one stands for none
    quiet = {"verbosity": -1}
    rows = lightgbm.Dataset(np.zeros((2, 1)), np.zeros(2), params=quiet)
    door = lightgbm.Booster(quiet, rows)
    door.set_network(machines(places), own.port, time_out_minutes, len(places))
    try:
        yield
    finally:
        door.free_network()
