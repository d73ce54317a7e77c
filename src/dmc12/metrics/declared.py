"""The declared metrics: where each is taken and where it is defined."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from dmc12.metrics.library import NEED_NEGATIVE
from dmc12.names import check_name


class MetricSpec(BaseModel):
    """Where a metric is taken: on the whole list, at each cut-off, or both."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    at: Annotated[list[Literal["whole", "k"]], Field(min_length=1, max_length=2)]


class Guardrail(BaseModel):
    """A change against the control, in one slice, that a ranker must not fall below.

    It is broken where the whole interval of the change lies below `smallest_change`. `metric` is a
    column, such as ndcg_at_10. Without a `slice_value` it holds for each value of the slice.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)

    metric: str
    slice: str = "all"
    slice_value: str | None = None
    weighting: Literal["plain", "population"] = "plain"
    smallest_change: Annotated[float, Field(le=0)] = 0.0


@dataclass(frozen=True)
class Metric:
    """One metric at one place: its name and cut-off, none for the whole list."""

    name: str
    k: int | None = None

    @property
    def column(self) -> str:
        """Its field in the structs `metrics` and `chance`."""
        return self.name if self.k is None else f"{self.name}_at_{self.k}"

    @property
    def needs_negative(self) -> bool:
        """Whether it is undefined without a negative item, as all are without a positive."""
        return self.name in NEED_NEGATIVE


def check_slice(name: object) -> str:
    """Return the slice's name, a tag's or several joined by /; raise ValueError for any other."""
    if not isinstance(name, str):
        return check_name(name)
    for tag in name.split("/"):
        check_name(tag)
    return name


def slice_tags(slices: Sequence[str]) -> dict[str, list[str]]:
    """Return the tags of each slice by its name, those of most tags first."""
    return {name: name.split("/") for name in sorted(slices, key=lambda name: -name.count("/"))}


def sliced_tags(slices: Sequence[str]) -> list[str]:
    """Return the tags that slices are made of, each once: the order of their values in tables."""
    return list(dict.fromkeys(tag for tags in slice_tags(slices).values() for tag in tags))


def metrics_at(specs: Mapping[str, MetricSpec | Any], ks: Sequence[int]) -> list[Metric]:
    """Return each metric at each place where it is taken, in the order of the struct `metrics`.

    A spec may be the plain mapping that knobs declare.
    """
    checked = {name: MetricSpec.model_validate(spec) for name, spec in specs.items()}
    return [
        Metric(name, k)
        for name, spec in checked.items()
        for k in [*([None] if "whole" in spec.at else []), *(ks if "k" in spec.at else [])]
    ]


def compared(
    specs: Mapping[str, MetricSpec], ks: Sequence[int], names: Sequence[str]
) -> list[Metric]:
    """Return those of `metrics_at` that are named."""
    return [metric for metric in metrics_at(specs, ks) if metric.name in names]
