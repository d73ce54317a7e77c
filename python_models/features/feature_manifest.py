"""List the declared features. One row per feature."""

from dmc12.knobs import knobs_of
from dmc12.spark import manifest


def model(dbt, session):
    return manifest(session, knobs_of(dbt.vars))
