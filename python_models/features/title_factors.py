"""Fit the titles' latent factors anew at each fit date."""

from dmc12.knobs import knobs_of
from dmc12.spark import fit_factors


def model(dbt, session):
    return fit_factors(dbt.ref("fct_plays"), knobs_of(dbt.vars))
