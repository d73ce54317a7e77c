"""What profiles watch on: each has a habitual device and a second one, and a visit has one."""

import numpy as np
from numpy.typing import NDArray

from dmc12 import draws

Ints = NDArray[np.int64]

DEVICES = ("tv", "phone", "tablet", "web")
SHARES = (0.45, 0.3, 0.1, 0.15)  # of profiles, by habitual device; the second is drawn alike
HABIT = 0.8  # of visits on the habitual device, which may be the second one too


def devices(of_profile: draws.Keys, of_visit: draws.Keys) -> Ints:
    """Give n profiles' visits (n x most visits) their devices, as indices into DEVICES."""
    habitual, second = (_pick(draws.keys(of_profile, nth))[:, None] for nth in range(2))
    return np.where(draws.uniform(of_visit) < HABIT, habitual, second)


def _pick(of: draws.Keys) -> Ints:
    return np.searchsorted(np.cumsum(SHARES[:-1]), draws.uniform(of))
