"""Take the ranker whose score is a feature out of the bundle of an earlier build."""

from dmc12.knobs import knobs_of
from dmc12.spark import find_earlier_ranker


def model(dbt, session):
    return find_earlier_ranker(session, knobs_of(dbt.vars))
