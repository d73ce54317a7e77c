"""Metrics of rankings, one small file each, worked out in numpy: neither Spark nor dbt is needed.

`measure` takes all of them at once; `METRICS` holds them by name.
"""

from dmc12.metrics.declared import (
    Guardrail,
    Metric,
    MetricSpec,
    check_slice,
    compared,
    metrics_at,
    slice_tags,
    sliced_tags,
)
from dmc12.metrics.library import METRICS, PLACES
from dmc12.metrics.measure import Measured, measure, measure_batch, measure_lists

__all__ = [
    "METRICS",
    "PLACES",
    "Guardrail",
    "Measured",
    "Metric",
    "MetricSpec",
    "check_slice",
    "compared",
    "measure",
    "measure_batch",
    "measure_lists",
    "metrics_at",
    "slice_tags",
    "sliced_tags",
]
