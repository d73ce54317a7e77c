"""The declared rankers: a trainer, its features and its parameters each, checked and expanded."""

import hashlib
import itertools
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dmc12.encoders import FAMILIES, FEATURES, ORACLE_FEATURES
from dmc12.metrics import Guardrail
from dmc12.names import NAME, RULE, shortened
from dmc12.search import Search
from dmc12.trainers import TRAINERS
from dmc12.trainers.base import Params, check_params

MAX_SETS = 1_000  # of one ranker; more is a slip of the pen

Values = Annotated[list[Any], Field(min_length=1)]


@dataclass(frozen=True)
class RankerSet:
    """One parameter set of a ranker: what one training takes."""

    ranker: str
    trainer: str
    features: tuple[str, ...]
    params: Params

    @cached_property
    def params_text(self) -> str:
        """The parameters as JSON, defaults included."""
        return json.dumps(self.params.model_dump(), sort_keys=True)

    @cached_property
    def set_id(self) -> str:
        """A short hash of trainer, features and all parameters: equal sets have equal ids."""
        text = json.dumps([self.trainer, self.features, self.params_text])
        return hashlib.sha256(text.encode()).hexdigest()[:12]


class RankerSpec(BaseModel):
    """One ranker.

    `features` are those it reads, in order: names, families and patterns (`own_*`) as declared,
    names alone once checked. `params` are its trainer's; `grid` gives some of them lists of values,
    all of whose combinations are trained, and `search` draws sets instead. `weights` and
    `label_gain` stand for the parameters of these names. A ranker that is not `scored` is trained
    and registered, but no table holds its scores: a base may want no more. `guardrails` are what
    the ranker must hold, by name.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    name: str
    trainer: str
    features: list[str] | Literal["all"] = Field(default_factory=list)
    params: dict[str, Any] = Field(default_factory=dict)
    grid: dict[str, Values] = Field(default_factory=dict)
    search: Search | None = None
    weights: str | None = None
    label_gain: str | list[float] | None = None
    scored: bool = True
    guardrails: dict[str, Guardrail] = Field(default_factory=dict)

    @property
    def sets(self) -> list[RankerSet]:
        """The parameter sets, in the order in which equal ones are chosen; each once.

        Raise ValueError for a set that its trainer does not take.
        """
        trainer = TRAINERS[self.trainer]
        sets = [
            RankerSet(self.name, self.trainer, tuple(self.features), check_params(trainer, params))
            for params in self._expanded()
        ]
        return list({one.set_id: one for one in sets}.values())

    @property
    def bases(self) -> list[str]:
        """The rankers that an ensemble is made of, in order."""
        return self.sets[0].params.bases()

    def _expanded(self) -> Iterator[dict[str, Any]]:
        """Yield the parameters of each set, as declared."""
        once = dict(self.params)
        for name in ("weights", "label_gain"):
            value = getattr(self, name)
            if value is not None:
                if name in once:
                    raise ValueError(f"{name} stands both beside and within params")
                once[name] = value
        swept = {**self.grid, **(self.search.params if self.search else {})}
        for name in swept:
            if name in once:
                raise ValueError(f"parameter {name} has one value in params and others in a sweep")
        if self.grid and self.search:
            raise ValueError("grid and search exclude each other: a search may list values too")
        drawn = self.search.draws() if self.search else _products(self.grid)
        yield from ({**once, **values} for values in drawn)


def ranker_specs(
    mapping: Mapping[str, Any],
    declared_features: Sequence[str],
    oracle_features: Collection[str] = ORACLE_FEATURES,
) -> list[RankerSpec]:
    """Return the rankers declared as name -> the fields of `RankerSpec`, in order.

    No or empty `features`, or `all`, means all declared ones but the oracle's, which only trainer
    `feature` may use: they know the truth. An ensemble reads what its bases read, and is declared
    after them. Raise one ValueError that names the ranker and what is wrong.
    """
    specs: dict[str, RankerSpec] = {}
    for name, declaration in mapping.items():
        if not isinstance(name, str) or not NAME.fullmatch(name):
            raise ValueError(f"ranker {shortened(name)}: {RULE}")
        try:
            specs[name] = _spec(
                name, declaration, declared_features, oracle_features, specs, mapping
            )
        except ValueError as error:
            raise ValueError(f"ranker {name}: {error}") from None
    return list(specs.values())


def oracles(mapping: Mapping[str, Any], declared_features: Sequence[str]) -> list[str]:
    """Return the names of the rankers that know the truth: yardsticks, not candidates."""
    return [
        spec.name
        for spec in ranker_specs(mapping, declared_features)
        if ORACLE_FEATURES.intersection(spec.features)
    ]


def by_level(specs: Sequence[RankerSpec]) -> list[list[RankerSpec]]:
    """Group rankers, bases before the ensembles made of them, each as early as can be."""
    level: dict[str, int] = {}
    for spec in specs:
        level[spec.name] = 1 + max((level[base] for base in spec.bases), default=-1)
    return [
        [spec for spec in specs if level[spec.name] == place]
        for place in range(max(level.values(), default=-1) + 1)
    ]


def _spec(
    name: str,
    declaration: Any,
    declared: Sequence[str],
    oracle_features: Collection[str],
    earlier: Mapping[str, RankerSpec],
    all_names: Collection[str],
) -> RankerSpec:
    """Check one declaration and fill in its features."""
    try:
        spec = RankerSpec.model_validate({**(declaration or {}), "name": name})
    except (ValidationError, TypeError) as error:
        raise ValueError(_faults(error)) from None
    if spec.trainer not in TRAINERS:
        raise ValueError(f"unknown trainer {spec.trainer!r}{_hint(spec.trainer, TRAINERS)}")
    sets = spec.sets
    own, bases = sets[0].params.own_features(), sets[0].params.bases()
    if any((one.params.bases(), one.params.own_features()) != (bases, own) for one in sets):
        raise ValueError("all its sets have to read the same features and rankers")
    if bases:
        _check_bases(name, spec.trainer, bases, earlier, all_names)
        own = list(dict.fromkeys(each for base in bases for each in earlier[base].features))
        if spec.features:
            raise ValueError(f"trainer {spec.trainer} takes its features from its bases")
    elif own is not None and spec.features and spec.features != own:
        raise ValueError(f"trainer {spec.trainer} takes its features from params")
    usable = [feature for feature in declared if feature not in oracle_features]
    chosen = usable if spec.features in ([], "all") else _chosen(spec.features, declared, usable)
    features = chosen if own is None else own
    _check_features(features, declared)
    leaking = [feature for feature in features if feature in oracle_features]
    if spec.guardrails and not spec.scored:
        raise ValueError("its guardrails need scores, and it is declared as not scored")
    if leaking and spec.trainer != "feature":
        raise ValueError(f"feature {leaking[0]} leaks the truth; only trainer feature may use it")
    return spec.model_copy(update={"features": features})


def _check_bases(
    name: str,
    trainer: str,
    bases: Sequence[str],
    earlier: Mapping[str, RankerSpec],
    all_names: Collection[str],
) -> None:
    """Raise ValueError for a base that does not come before its ensemble: so there is no cycle."""
    for base in bases:
        if base == name:
            raise ValueError(f"trainer {trainer} is made of itself")
        if base not in earlier and base in all_names:
            raise ValueError(f"its base {base} is declared after it; declare {base} first")
        if base not in earlier:
            raise ValueError(f"unknown base {base!r}{_hint(base, earlier)}")


def _chosen(wanted: Sequence[str], declared: Sequence[str], usable: Sequence[str]) -> list[str]:
    """Replace families and patterns by their features, in declared order, and keep each once."""
    found: list[str] = []
    for each in wanted:
        if each in declared:
            if each in found and list(wanted).count(each) > 1:
                raise ValueError(f"feature {each} is named twice")
            found.append(each)
        elif each in FAMILIES or "*" in each:
            matching = [name for name in usable if _is_in(name, each)]
            if not matching:
                raise ValueError(f"no declared feature is in {each!r}")
            found.extend(matching)
        else:
            raise ValueError(f"unknown feature {each!r}{_hint(each, [*declared, *FAMILIES])}")
    return list(dict.fromkeys(found))


def _is_in(feature: str, group: str) -> bool:
    """Tell whether a feature is of a family or fits a pattern."""
    if group in FAMILIES:
        return feature in FEATURES and FEATURES[feature].family == group
    return fnmatchcase(feature, group)


def _check_features(features: Sequence[str], declared: Sequence[str]) -> None:
    """Raise ValueError for a feature that is not declared, or named twice."""
    for feature in features:
        if feature not in declared:
            raise ValueError(f"unknown feature {feature!r}{_hint(feature, declared)}")
    if len(set(features)) < len(features):
        twice = next(feature for feature in features if list(features).count(feature) > 1)
        raise ValueError(f"feature {twice} is named twice")


def _products(grid: Mapping[str, Sequence[Any]]) -> Iterator[dict[str, Any]]:
    """Yield all combinations of values, the last parameter's values changing fastest."""
    size = 1
    for values in grid.values():
        size *= len(values)
    if size > MAX_SETS:
        raise ValueError(f"a grid of {size:,} parameter sets is more than {MAX_SETS:,}")
    for values in itertools.product(*grid.values()):
        yield dict(zip(grid, values, strict=True))


def _hint(name: str, known: Collection[str]) -> str:
    """Name what was likely meant, and what there is."""
    close = get_close_matches(name, known, n=3)
    meant = f"; did you mean {' or '.join(close)}?" if close else ";"
    return f"{meant} known: {', '.join(known)}"


def _faults(error: Exception) -> str:
    """Say what is wrong with a declaration."""
    if not isinstance(error, ValidationError):
        return "expected a mapping with trainer, features and params"
    return "; ".join(
        f"{'.'.join(str(part) for part in fault['loc'])}: "
        f"{fault['msg'].removeprefix('Value error, ')}"
        for fault in error.errors()
    )
