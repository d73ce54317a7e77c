"""How many contexts of each stratum are to be kept: a split's aim, apportioned in whole numbers."""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import Annotated, Any, Self

import pyarrow as pa
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from dmc12.apportion import largest_remainder, shared_out
from dmc12.names import check_name, shortened

SCHEMA = pa.schema(
    [
        ("split", pa.string()),
        ("stratum", pa.string()),
        ("population", pa.int64()),
        ("requested_share", pa.float64()),
        ("target", pa.int64()),
    ]
)


def _as_spark_prints(value: object) -> object:
    """Write a boolean or a number, as YAML reads keys like `true` and 12, as the string of it."""
    return str(value).lower() if isinstance(value, bool | int) else value


TagValue = Annotated[str, BeforeValidator(_as_spark_prints)]
Share = Annotated[float, Field(ge=0, le=1)]


class Aim(BaseModel):
    """What is asked of a split's sample: a rate or a count, a distribution, bounds of a stratum.

    `shares` are tag -> value -> share, and stand for the split's own distribution over that tag.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)

    rate: Annotated[float, Field(gt=0, le=1)] | None = None
    count: Annotated[int, Field(ge=1)] | None = None
    shares: dict[Annotated[str, BeforeValidator(check_name)], dict[TagValue, Share]] = {}
    floor: Annotated[int, Field(ge=0)] = 0
    cap: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _agree(self) -> Self:
        if (self.rate is None) == (self.count is None):
            raise ValueError("give either a rate or a count")
        if self.shares and self.count is None:
            raise ValueError("shares divide a count, and none is given")
        if self.cap is not None and self.cap < self.floor:
            raise ValueError(f"cap {self.cap} is below floor {self.floor}")
        for tag, shares in self.shares.items():
            total = sum(map(_exact, shares.values()), Fraction())
            if abs(total - 1) > Fraction(1, 10**9):
                raise ValueError(f"the shares of {tag} add to {float(total):.12g}, not to 1")
        return self

    @property
    def is_plain_rate(self) -> bool:
        """Whether each context is asked for with one known probability, whatever the others are."""
        return self.rate is not None and self.floor == 0 and self.cap is None


@dataclass(frozen=True)
class Stratum:
    """The contexts of a split that share the values of the strata's tags.

    A value is None where nobody is in the stratum and the distribution does not name the tag.
    """

    values: tuple[str | None, ...]
    population: int

    @property
    def name(self) -> str:
        """The values as macros/sampling/stratum_of.sql joins them; * for None."""
        return "/".join("*" if value is None else _escaped(value) for value in self.values) or "all"


@dataclass(frozen=True)
class Target:
    """How many contexts of a stratum are asked for; there may be fewer of them."""

    stratum: Stratum
    requested_share: Fraction
    target: int


def targets(aim: Aim, tags: Sequence[str], strata: Iterable[Stratum]) -> list[Target]:
    """Apportion a split's aim over its strata, ordered by name.

    A rate is kept by each stratum, rounded so that the sum is the rate of the split's contexts;
    then floor and cap apply. A count is kept by the split: where floor or cap binds in a stratum,
    the others take what is left. Populations do not bound a target. A cell of the desired
    distribution that nobody is in is a stratum of population 0.
    """
    requested = _requested(aim, tags, sorted(strata, key=lambda stratum: stratum.name))
    shares = list(requested.values())
    if aim.rate is not None:
        ideals = [_exact(aim.rate) * stratum.population for stratum in requested]
        counts = [_clamped(count, aim) for count in largest_remainder(ideals)]
    else:
        counts = largest_remainder(shared_out(aim.count or 0, shares, aim.floor, aim.cap))
    return [
        Target(stratum, share, count)
        for stratum, share, count in zip(requested, shares, counts, strict=True)
    ]


def apportioned(strata: pa.Table, aims: Mapping[Any, Aim], tags: Sequence[str]) -> pa.Table:
    """Give each stratum of each split its target.

    `strata` has split, stratum_values and population; the result is of `SCHEMA`.
    """
    by_split: dict[str, list[Stratum]] = {split: [] for split in aims}
    for row in strata.to_pylist():
        stratum = Stratum(tuple(row["stratum_values"]), row["population"])
        by_split[row["split"]].append(stratum)
    rows = [
        (split, one.stratum.name, one.stratum.population, float(one.requested_share), one.target)
        for split, aim in aims.items()
        for one in targets(aim, tags, by_split[split])
    ]
    columns = list(zip(*rows, strict=True)) or [()] * len(SCHEMA)
    return pa.table([pa.array(column) for column in columns], schema=SCHEMA)


def _requested(aim: Aim, tags: Sequence[str], strata: Sequence[Stratum]) -> dict[Stratum, Fraction]:
    """Give each stratum the share of the sample that is asked for; they add to 1.

    Over tags that the distribution does not name, contexts keep their own distribution; tags that
    it names are taken as independent.
    """
    named = [tag for tag in tags if tag in aim.shares]

    def cell_of(stratum: Stratum) -> tuple[str | None, ...]:
        return tuple(value for tag, value in zip(tags, stratum.values, strict=True) if tag in named)

    population: dict[tuple[str | None, ...], int] = {}
    for stratum in strata:
        cell = cell_of(stratum)
        population[cell] = population.get(cell, 0) + stratum.population
    cells: dict[tuple[str | None, ...], Fraction] = {
        tuple(value for value, _ in cell): prod((share for _, share in cell), start=Fraction(1))
        for cell in itertools.product(*(_normal(aim.shares[tag]).items() for tag in named))
    }
    requested = {
        stratum: cells.get(cell_of(stratum), Fraction(0))
        * Fraction(stratum.population, population[cell_of(stratum)])
        for stratum in strata
    }
    for cell, share in cells.items():
        if cell not in population and aim.count is not None and share > 0:
            at = dict(zip(named, cell, strict=True))
            requested[Stratum(tuple(at.get(tag) for tag in tags), 0)] = share
    return dict(sorted(requested.items(), key=lambda item: item[0].name))


def _normal(shares: Mapping[str, float]) -> dict[str, Fraction]:
    """Make shares add to exactly 1."""
    total = sum(map(_exact, shares.values()), Fraction())
    return {value: _exact(share) / total for value, share in shares.items()}


def _clamped(count: int, aim: Aim) -> int:
    return max(aim.floor, count if aim.cap is None else min(count, aim.cap))


def _exact(number: float) -> Fraction:
    """Take a float for the decimal number that it is written as."""
    return Fraction(repr(number))


def _escaped(value: str) -> str:
    return value.replace("%", "%25").replace("/", "%2F").replace("*", "%2A")


def check_aims(aims: Mapping[Any, Aim], strata: Sequence[str], method: str) -> None:
    """Raise ValueError for shares of a tag that is no stratum's, and for what no draw can keep."""
    for split, aim in aims.items():
        for tag in aim.shares:
            if tag not in strata:
                named = ", ".join(strata) or "none"
                raise ValueError(
                    f"sampling.{split}.shares: {shortened(tag)} is not in strata: {named}"
                )
        if method == "bernoulli" and not aim.is_plain_rate:
            raise ValueError(
                f"sampling.{split}: a bernoulli draw keeps a rate alone; count, shares, floor and "
                "cap need sampling_method: exact"
            )
