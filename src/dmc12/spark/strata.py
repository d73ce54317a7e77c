"""Give strata their targets."""

from pyspark.sql import DataFrame

from dmc12.knobs import Knobs
from dmc12.sampling import apportioned


def apportion(strata: DataFrame, knobs: Knobs) -> DataFrame:
    """Give each stratum its target; only the strata's counts come to the driver."""
    table = apportioned(strata.toArrow(), knobs.sampling, knobs.strata)
    return strata.sparkSession.createDataFrame(table)
