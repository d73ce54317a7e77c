"""The arrays that metrics work on, and how they are kept."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Columns = dict[str, Floats]

Kept = dict[tuple[Any, ...], Any]
Method = TypeVar("Method", bound=Callable[..., Any])


def keep(method: Method) -> Method:
    """Work a method out once for the same arguments: metrics share what several of them need.

    Results are arrays, not to be written to, and lie in the object's `kept`.
    """

    @wraps(method)
    def kept(self: Any, *args: Any) -> Any:
        key = (method.__name__, *args)
        if key not in self.kept:
            self.kept[key] = method(self, *args)
            self.kept[key].setflags(write=False)
        return self.kept[key]

    return cast("Method", kept)
