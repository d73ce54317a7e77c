"""Every metric by name. One that is added here can be declared in knob `metrics`."""

from collections.abc import Callable

from dmc12.metrics.ap import ap
from dmc12.metrics.arrays import Floats
from dmc12.metrics.auc import auc
from dmc12.metrics.hit import hit
from dmc12.metrics.mrr import mrr
from dmc12.metrics.ndcg import ndcg
from dmc12.metrics.ndcg_exponential import ndcg_exponential
from dmc12.metrics.nmrr import nmrr
from dmc12.metrics.precision import precision
from dmc12.metrics.recall import recall

# (ranking, cut-off or none, discount of DCG) -> a value a context
MetricFunction = Callable[..., Floats]

METRICS: dict[str, MetricFunction] = {
    function.__name__: function
    for function in (ndcg, ndcg_exponential, ap, recall, precision, hit, nmrr, mrr, auc)
}

# Where a metric can be taken; those not named here: on the whole list and at a cut-off.
PLACES: dict[str, tuple[str, ...]] = {
    "recall": ("k",),
    "precision": ("k",),
    "hit": ("k",),
    "auc": ("whole",),
}
# What is undefined without a negative item; without a positive all are.
NEED_NEGATIVE = frozenset({"auc"})
