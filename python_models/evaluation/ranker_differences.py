"""Compare every ranker with the control. One row per ranker x slice x metric x weighting."""

from dmc12.knobs import knobs_of
from dmc12.spark import compare


def model(dbt, session):
    return compare(dbt.ref("metrics_by_context"), knobs_of(dbt.vars))
