"""Fit the titles' co-play cosines anew at each fit date."""

from dmc12.knobs import knobs_of
from dmc12.spark import fit_coplays


def model(dbt, session):
    return fit_coplays(dbt.ref("fct_plays"), knobs_of(dbt.vars))
