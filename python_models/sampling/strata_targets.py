"""Say how many contexts of each stratum are to be kept. One row per split x stratum."""

from dmc12.knobs import knobs_of
from dmc12.spark import apportion


def model(dbt, session):
    return apportion(dbt.ref("strata"), knobs_of(dbt.vars))
