"""Score every DMC-12 item with all rankers in one pass. One row per context."""

from dmc12.knobs import check
from dmc12.spark import score


def model(dbt, session):
    return score(dbt.ref("dmc12_featurized"), dbt.ref("rankers"), check(dbt.vars))
