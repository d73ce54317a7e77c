"""Train the declared rankers."""

from pyspark.sql import DataFrame
from pyspark.sql.pandas.types import from_arrow_schema

from dmc12.knobs import Knobs
from dmc12.rankers import ranker_specs
from dmc12.spark.frames import Batches, one_task
from dmc12.training import REGISTRY_SCHEMA, train_rankers


def train(featurized: DataFrame, knobs: Knobs) -> DataFrame:
    """Train the declared rankers in one task, which streams the Parquet files itself."""
    files = list(featurized.inputFiles())
    specs = ranker_specs(knobs.rankers, knobs.features)
    threads = knobs.training_threads

    def fit(batches: Batches) -> Batches:
        for _ in batches:
            yield from train_rankers(specs, files, threads=threads).to_batches()

    return one_task(featurized.sparkSession).mapInArrow(fit, from_arrow_schema(REGISTRY_SCHEMA))
