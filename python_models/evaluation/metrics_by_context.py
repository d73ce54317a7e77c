"""Take every metric of every ranker in one pass. One row per context x ranker."""

from dmc12.knobs import knobs_of
from dmc12.spark import measure


def model(dbt, session):
    return measure(dbt.ref("dmc12_ranked"), knobs_of(dbt.vars))
