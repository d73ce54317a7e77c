"""Train every declared ranker on the train contexts. One row per ranker."""

from dmc12.knobs import knobs_of
from dmc12.spark import train


def model(dbt, session):
    return train(dbt.ref("dmc12_featurized"), knobs_of(dbt.vars))
