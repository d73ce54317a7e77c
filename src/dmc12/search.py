"""A seeded random search over parameters: the same sets wherever it is expanded."""

import json
import math
from collections.abc import Iterator
from random import Random
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

TRIES = 100  # draws a set is given until it differs from those before it
DIGITS = 6  # significant ones of a drawn number: readable, and the same on every machine


class Span(BaseModel):
    """The numbers from `low` to `high`, even or, with `log`, even in their logarithm.

    Both bounds whole: whole numbers, the bounds included.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)

    low: int | float
    high: int | float
    log: bool = False

    @model_validator(mode="after")
    def _agree(self) -> Self:
        """Check the bounds."""
        if self.low >= self.high:
            raise ValueError(f"low ({self.low}) must be below high ({self.high})")
        if self.log and self.low <= 0:
            raise ValueError(f"low is {self.low}: a logarithm needs a bound above 0")
        return self

    def draw(self, at: float) -> int | float:
        """Return the number that lies at the share `at` in [0, 1) of the way."""
        whole = isinstance(self.low, int) and isinstance(self.high, int)
        low, high = (self.low - 0.5, self.high + 0.5) if whole else (self.low, self.high)
        if self.log:
            value = math.exp(math.log(low) + at * (math.log(high) - math.log(low)))
        else:
            value = low + at * (high - low)
        rounded = round(value) if whole else float(f"{value:.{DIGITS}g}")
        return min(max(rounded, self.low), self.high)


class Search(BaseModel):
    """`n` different sets, drawn by `seed`: of each parameter one of its values, or from its span.

    Each parameter has a generator of its own, so a greater `n` keeps the sets of a smaller one, and
    another parameter leaves the values of those before it.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    n: Annotated[int, Field(ge=1, le=1_000)]
    seed: Annotated[int, Field(ge=0)] = 12
    params: Annotated[
        dict[str, Span | Annotated[list[Any], Field(min_length=1)]], Field(min_length=1)
    ]

    def draws(self) -> Iterator[dict[str, Any]]:
        """Yield the sets; raise ValueError if there are not so many different ones."""
        generators = {name: Random(f"{self.seed}/{name}") for name in self.params}
        seen: set[str] = set()
        for _ in range(self.n * TRIES):
            values = {name: _draw(self.params[name], rng) for name, rng in generators.items()}
            text = json.dumps(values, sort_keys=True)
            if text not in seen:
                seen.add(text)
                yield values
            if len(seen) == self.n:
                return
        raise ValueError(f"search: only {len(seen)} different sets were found, and n is {self.n}")


def _draw(values: Span | list[Any], rng: Random) -> Any:
    """Draw one value."""
    at = rng.random()
    return values.draw(at) if isinstance(values, Span) else values[int(at * len(values))]
