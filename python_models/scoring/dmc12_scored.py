"""Score every DMC-12 item with all rankers in one pass. One row per context."""

from dmc12.knobs import knobs_of
from dmc12.spark import score


def model(dbt, session):
    return score(dbt.ref("dmc12_featurized"), dbt.ref("rankers"), knobs_of(dbt.vars))
