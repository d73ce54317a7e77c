"""Sum metrics over contexts of equal tags. One row per split x tags x ranker x metric x k."""

from dmc12.knobs import knobs_of
from dmc12.spark import sum_metrics_by_tags


def model(dbt, session):
    return sum_metrics_by_tags(dbt.ref("dmc12_ranked"), knobs_of(dbt.vars))
