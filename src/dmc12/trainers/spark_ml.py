"""Trainers `logistic_regression` and `boosted_regressor`: Spark ML's, trained by a Spark alone."""

from dataclasses import dataclass
from typing import Any

from dmc12.dataset import Dataset
from dmc12.trainers.base import Params, Scorer
from dmc12.trainers.linear import LogisticParams
from dmc12.trainers.trees import BoostedRegressorParams


@dataclass(frozen=True)
class SparkMlTrainer:
    """Trains in Spark's own tasks (`dmc12.spark.fit_spark_ml`); its scorers need none."""

    name: str
    params: type[Params]
    place: str = "spark_ml"

    def fit(
        self,
        dataset: Dataset,
        params: Any,
        *,
        validation: Dataset | None = None,
        threads: int = 1,
    ) -> Scorer:
        """Raise ValueError: there is no Spark here."""
        raise ValueError(f"trainer {self.name} is Spark's: dmc12.spark.fit_spark_ml trains it")


LOGISTIC_REGRESSION = SparkMlTrainer("logistic_regression", LogisticParams)
BOOSTED_REGRESSOR = SparkMlTrainer("boosted_regressor", BoostedRegressorParams)
