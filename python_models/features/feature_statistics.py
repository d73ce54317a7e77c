"""Describe each feature by split and day, against the train split."""

from dmc12.knobs import knobs_of
from dmc12.spark import feature_statistics


def model(dbt, session):
    return feature_statistics(dbt.ref("dmc12_featurized"), knobs_of(dbt.vars))
