"""The declared rankers: a trainer, its features and its parameters each, checked."""

from collections.abc import Collection, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dmc12.encoders import ORACLE_FEATURES
from dmc12.metrics import Guardrail
from dmc12.names import NAME, RULE, shortened
from dmc12.trainers import TRAINERS
from dmc12.trainers.base import check_params


class RankerSpec(BaseModel):
    """One ranker.

    `features` are those it reads, in order; `params` are its trainer's; `guardrails` are what it
    must hold, by name.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    name: str
    trainer: str
    features: list[str] = Field(default_factory=list)
    params: dict[str, Any] = Field(default_factory=dict)
    guardrails: dict[str, Guardrail] = Field(default_factory=dict)


def ranker_specs(
    mapping: Mapping[str, Any],
    declared_features: Sequence[str],
    oracle_features: Collection[str] = ORACLE_FEATURES,
) -> list[RankerSpec]:
    """Return the rankers declared as name -> {trainer, features, params, guardrails}, in order.

    No or empty `features` means all declared ones but the oracle's, which only trainer `feature`
    may use: they know the truth. Raise one ValueError that names the ranker and what is wrong.
    """
    return [
        _spec(name, declaration, declared_features, oracle_features)
        for name, declaration in mapping.items()
    ]


def oracles(mapping: Mapping[str, Any], declared_features: Sequence[str]) -> list[str]:
    """Return the names of the rankers that know the truth: yardsticks, not candidates."""
    return [
        spec.name
        for spec in ranker_specs(mapping, declared_features)
        if ORACLE_FEATURES.intersection(spec.features)
    ]


def _spec(
    name: str, declaration: Any, declared: Sequence[str], oracle_features: Collection[str]
) -> RankerSpec:
    """Check one declaration and fill in its features."""
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise ValueError(f"ranker {shortened(name)}: {RULE}")
    try:
        spec = RankerSpec.model_validate({**(declaration or {}), "name": name})
    except (ValidationError, TypeError) as error:
        raise ValueError(f"ranker {name}: {_faults(error)}") from None
    if spec.trainer not in TRAINERS:
        raise ValueError(
            f"ranker {name}: unknown trainer {spec.trainer!r}{_hint(spec.trainer, TRAINERS)}"
        )
    trainer = TRAINERS[spec.trainer]
    try:
        params = check_params(trainer, spec.params)
    except ValueError as error:
        raise ValueError(f"ranker {name}: {error}") from None
    own = params.own_features()
    if own is not None and spec.features and spec.features != own:
        raise ValueError(f"ranker {name}: trainer {spec.trainer} takes its features from params")
    usable = [feature for feature in declared if feature not in oracle_features]
    features = own or spec.features or usable
    _check_features(name, features, declared)
    leaking = [feature for feature in features if feature in oracle_features]
    if leaking and spec.trainer != "feature":
        raise ValueError(
            f"ranker {name}: feature {leaking[0]} leaks the truth; only trainer feature may use it"
        )
    return spec.model_copy(update={"features": features})


def _check_features(name: str, features: Sequence[str], declared: Sequence[str]) -> None:
    """Raise ValueError for a feature that is not declared, or named twice."""
    for feature in features:
        if feature not in declared:
            raise ValueError(
                f"ranker {name}: unknown feature {feature!r}{_hint(feature, declared)}"
            )
    if len(set(features)) < len(features):
        twice = next(feature for feature in features if list(features).count(feature) > 1)
        raise ValueError(f"ranker {name}: feature {twice} is named twice")


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
        f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}"
        for fault in error.errors()
    )
