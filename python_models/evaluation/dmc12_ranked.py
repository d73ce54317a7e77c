"""Rank the items of every context by each ranker's scores. One row per context."""

from dmc12.spark import rank


def model(dbt, session):
    return rank(dbt.ref("dmc12_scored"))
