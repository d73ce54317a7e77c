"""Train every set of the declared rankers that is not trained yet. One row per parameter set."""

import logging

from dmc12.knobs import knobs_of
from dmc12.spark import train


def model(dbt, session):
    return train(
        dbt.ref("dmc12_featurized"),
        dbt.this.schema,
        knobs_of(dbt.vars),
        logging.getLogger(__name__),
    )
