"""Trainer `distributed_lambdarank`: lambdarank by several workers, each on contexts of its own."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from dmc12.dataset import Dataset
from dmc12.trainers.base import Params
from dmc12.trainers.lightgbm import Count, LambdarankParams, LightgbmScorer


class DistributedLambdarankParams(LambdarankParams):
    """Lambdarank's, and how many workers share the contexts: another number is another ranker.

    `time_out_minutes` is how long a worker waits for a message of another that is alive.
    """

    n_workers: Annotated[int, Field(ge=2)]
    time_out_minutes: Count = 30


@dataclass(frozen=True)
class DistributedLambdarankTrainer:
    """Trains by as many processes of this machine; `dmc12.spark.distributed` by Spark's tasks."""

    name: str = "distributed_lambdarank"
    params: type[Params] = DistributedLambdarankParams
    place: str = "barrier"

    def fit(
        self,
        dataset: Dataset,
        params: DistributedLambdarankParams,
        *,
        validation: Dataset | None = None,
        threads: int = 1,
    ) -> LightgbmScorer:
        """Return the ranker that the workers train together; `threads` are each worker's.

        Raise ValueError as trainer lambdarank does and for fewer contexts than workers, and
        RuntimeError where a worker ends early.
        """
        from dmc12.distributed.local import fit_by_processes

        return fit_by_processes(dataset, params, validation, threads).scorer


DISTRIBUTED_LAMBDARANK = DistributedLambdarankTrainer()
