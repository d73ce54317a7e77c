"""What a trainer and a scorer are."""

import json
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError

from dmc12.dataset import Dataset

Floats = NDArray[np.float64]


class Params(BaseModel):
    """A trainer's parameters: typed, frozen, and no others than these."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)

    def own_features(self) -> list[str] | None:
        """Return the features that the parameters themselves name; None if they name none."""
        return None

    def bases(self) -> list[str]:
        """Return the rankers that an ensemble is made of; none for any other trainer."""
        return []


class Importance(NamedTuple):
    """What a feature contributes: total gain of the splits on it, and their number."""

    feature: str
    gain: float
    split: int


class Scorer(Protocol):
    """What a trainer returns; needs neither Spark nor dbt.

    `features` are the names of the columns that `score` takes. `best_iteration` is the number of
    boosting rounds kept, None where nothing was boosted.
    """

    @property
    def features(self) -> tuple[str, ...]: ...  # noqa: D102

    @property
    def best_iteration(self) -> int | None: ...  # noqa: D102

    def score(self, features: Floats, *, threads: int = 1) -> Floats:
        """Return one finite score a row of `features` (n x f, in the order of `self.features`).

        A row's score does not depend on the other rows, nor on `threads`. Raise ValueError for a
        matrix of another width and for values that are not finite.
        """
        ...

    def to_text(self) -> str:
        """Return the text that `scorer_from_text` reads back; equal scorers have equal texts."""
        ...

    def importances(self) -> list[Importance]:
        """Return each feature's importance; empty for a baseline."""
        ...


class Trainer(Protocol):
    """How a ranker comes to be. `params` is the type of its parameters."""

    @property
    def name(self) -> str: ...  # noqa: D102

    @property
    def params(self) -> type[Params]: ...  # noqa: D102

    def fit(
        self,
        dataset: Dataset,
        params: Any,
        *,
        validation: Dataset | None = None,
        threads: int = 1,
    ) -> Scorer:
        """Return a scorer that reads `dataset.feature_names`.

        `params` is an instance of `self.params`; `validation` serves early stopping and has the
        same features. Equal arguments give a scorer of equal text, whatever `threads`. Raise
        ValueError naming the cause where the data cannot be trained on.
        """
        ...


class Parametrised(Protocol):
    """What takes parameters: any trainer."""

    @property
    def name(self) -> str: ...  # noqa: D102

    @property
    def params(self) -> type[Params]: ...  # noqa: D102


def check_params(trainer: Parametrised, params: dict[str, Any]) -> Any:
    """Return the typed parameters; raise one ValueError that names every one at fault."""
    try:
        return trainer.params.model_validate(params)
    except ValidationError as error:
        known = list(trainer.params.model_fields)
        faults = "; ".join(_fault(fault, known) for fault in error.errors())
        raise ValueError(f"{faults}. Trainer {trainer.name} takes {', '.join(known)}") from None


def _fault(fault: Any, known: list[str]) -> str:
    """Say one of pydantic's faults in a line."""
    path = ".".join(str(part) for part in fault["loc"])
    if fault["type"] == "extra_forbidden":
        close = get_close_matches(path, known, n=1)
        return f"unknown parameter {path!r}" + (f", did you mean {close[0]}?" if close else "")
    if fault["type"] == "missing":
        return f"parameter {path} is missing"
    message = fault["msg"].removeprefix("Value error, ")
    return f"parameter {path}: {message} (got {fault['input']!r})"


def envelope(kind: str, features: Sequence[str], **content: Any) -> str:
    """Write a scorer's text: JSON with sorted keys, so that equal scorers are equal bytes."""
    document = {"kind": kind, "features": list(features), **content}
    return json.dumps(document, sort_keys=True, separators=(",", ":"), allow_nan=False)


def document_of(scorer: Scorer) -> dict[str, Any]:
    """Return a scorer's text as JSON, to stand within another's."""
    document: dict[str, Any] = json.loads(scorer.to_text())
    return document


def checked(features: Floats, names: Sequence[str]) -> Floats:
    """Return the n x f matrix; raise ValueError for another width or a value that is not finite."""
    if features.ndim != 2 or features.shape[1] != len(names):
        raise ValueError(f"expected a matrix of {len(names)} features, got {features.shape}")
    if not np.isfinite(features).all():
        row, place = np.argwhere(~np.isfinite(features))[0]
        raise ValueError(f"feature {names[place]} is {features[row, place]}: must be finite")
    return features
