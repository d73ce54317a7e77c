"""What each worker runs: read its contexts, agree with the others, grow the trees together.

LightGBM keeps one network a process, and a worker that waits for a dead one may wait for ever: it
takes a closed connection for a message of no bytes, which no time-out ends. So what can fail by the
data is found, and told to all, before there are connections; where a worker fails later, whoever
started them must end those that are left, as Spark does with the tasks of a barrier stage.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from dmc12.dataset import Dataset
from dmc12.distributed.findings import Findings, common_fault
from dmc12.distributed.network import joined
from dmc12.distributed.place import Place, reserved
from dmc12.trainers import text_sha256
from dmc12.trainers.base import Params
from dmc12.trainers.distributed_lambdarank import DistributedLambdarankParams
from dmc12.trainers.lightgbm import (
    BoostingParams,
    LightgbmScorer,
    LightgbmTrainer,
    OneClassError,
    stopping_ndcg,
)

Gather = Callable[[str], list[str]]  # tells all workers a message; returns all messages, by rank
Read = Callable[[], tuple[Dataset, Dataset | None]]  # the worker's contexts; all for validation


class CannotTrainError(ValueError):
    """Data that cannot be trained on: raised by all workers alike, with one message."""


@dataclass(frozen=True)
class Fitted:
    """What a training gives each worker: the ranker, and how much all of them trained on."""

    scorer: LightgbmScorer
    n_contexts: int
    n_items: int

    @property
    def digest(self) -> str:
        """SHA-256 of the ranker's text: what workers that trained together have in common."""
        return text_sha256(self.scorer.to_text())


def fit_together(
    read: Read,
    params: DistributedLambdarankParams,
    *,
    host: str,
    gather: Gather,
    threads: int = 1,
) -> Fitted:
    """Train with the other workers, which call this machine `host`; return the ranker of all.

    That it is the same is for whoever started them to see (`agree`): to ask the others once more
    would take a second of Spark's barrier. Raise CannotTrainError where any of them has data that
    cannot be trained on.
    """
    worker = _Worker()
    with reserved(host) as place:
        train, validation, found = worker.examine(read, params, place)
        everyones = [Findings.model_validate_json(text) for text in gather(found)]
    fault = common_fault(everyones)
    if fault is not None:
        raise CannotTrainError(fault)
    assert train is not None
    with joined([each.place for each in everyones], place, params.time_out_minutes):
        scorer = worker.fit(train, params, validation=validation, threads=threads)
    return Fitted(
        scorer,
        n_contexts=sum(each.n_contexts for each in everyones),
        n_items=sum(each.n_items for each in everyones),
    )


def agree(digests: Sequence[str | None]) -> None:
    """Raise RuntimeError for a worker whose ranker is another than that of worker 0.

    `digests` are those of `Fitted`, by rank; where training failed by the data all are None.
    """
    for rank, digest in enumerate(digests):
        if digest != digests[0]:
            raise RuntimeError(
                f"worker {rank} of {len(digests)}: its ranker is another than that of worker 0"
            )


@dataclass(frozen=True)
class _Worker(LightgbmTrainer):
    """Trainer lambdarank as one of several workers, whose checks come before."""

    name: str = "distributed_lambdarank"
    objective: str = "lambdarank"
    params: type[Params] = DistributedLambdarankParams

    def examine(
        self, read: Read, params: DistributedLambdarankParams, place: Place
    ) -> tuple[Dataset | None, Dataset | None, str]:
        """Read the data and look for faults; return it, and the message to the others."""
        train = validation = fault = one_class = None
        try:
            train, validation = read()
            try:
                super()._check(train, params)
            except OneClassError as error:
                one_class = str(error)
            if params.early_stopping_rounds is not None:
                stopping_ndcg(validation)
        except ValueError as error:
            fault = str(error)
        found = Findings(
            place=place,
            n_contexts=0 if train is None else train.n_contexts,
            n_items=0 if train is None else train.n_items,
            fault=fault,
            one_class=one_class,
        )
        return train, validation, found.model_dump_json()

    def _check(self, dataset: Dataset, params: BoostingParams) -> None:
        """Do nothing: the data has been examined, by all workers together."""

    def _settings(self, params: BoostingParams, threads: int) -> dict[str, Any]:
        """Return LightGBM's parameters."""
        settings = super()._settings(params, threads)
        del settings["time_out_minutes"]
        n_workers = settings.pop("n_workers")
        return {
            **settings,
            "num_machines": n_workers,
            "tree_learner": "data",
            "pre_partition": True,
        }
