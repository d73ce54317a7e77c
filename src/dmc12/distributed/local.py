"""Workers that are processes of this machine."""

import multiprocessing
from multiprocessing.connection import Connection, wait
from typing import Any

from dmc12.dataset import Dataset
from dmc12.distributed.deal import share_of
from dmc12.distributed.place import LOOPBACK
from dmc12.distributed.worker import CannotTrainError, Fitted, agree, fit_together
from dmc12.trainers.distributed_lambdarank import DistributedLambdarankParams


def fit_by_processes(
    dataset: Dataset,
    params: DistributedLambdarankParams,
    validation: Dataset | None,
    threads: int,
) -> Fitted:
    """Deal the contexts to processes of this machine, and train by them.

    Raise CannotTrainError as `fit_together` does, ValueError as `deal` does, and RuntimeError as
    `agree` does and for a worker that ends early, once all have been ended.
    """
    shares = [share_of(dataset, rank, params.n_workers) for rank in range(params.n_workers)]
    # not forked: LightGBM's threads, once started in this process, would not be in its copies
    spawn = multiprocessing.get_context("spawn")
    ends = [spawn.Pipe() for _ in shares]
    workers = [
        spawn.Process(target=_work, args=(theirs, share, validation, params, threads), daemon=True)
        for (_, theirs), share in zip(ends, shares, strict=True)
    ]
    try:
        for worker, (_, theirs) in zip(workers, ends, strict=True):
            worker.start()
            theirs.close()  # or its death would not close the pipe
        return _exchange([ours for ours, _ in ends])
    finally:
        for worker in workers:
            worker.kill()
            worker.join()


def _exchange(workers: list[Connection]) -> Fitted:
    """Pass the workers' messages on to each other until they return; raise what they raise."""
    while True:
        kinds, contents = zip(*_answers(workers), strict=True)
        if kinds[0] == "fault":
            raise CannotTrainError(contents[0])
        if kinds[0] == "fitted":
            agree([fitted.digest for fitted in contents])
            first: Fitted = contents[0]
            return first
        for worker in workers:
            worker.send(contents)


def _answers(workers: list[Connection]) -> list[tuple[str, Any]]:
    """Wait for one answer of each worker; raise RuntimeError at once for one that has ended."""
    answers: dict[int, tuple[str, Any]] = {}
    while len(answers) < len(workers):
        for ready in wait([each for rank, each in enumerate(workers) if rank not in answers]):
            rank = next(rank for rank, each in enumerate(workers) if each is ready)
            try:
                answers[rank] = workers[rank].recv()
            except EOFError:
                raise RuntimeError(f"worker {rank} of {len(workers)} ended early") from None
    return [answers[rank] for rank in range(len(workers))]


def _work(
    connection: Connection,
    share: Dataset,
    validation: Dataset | None,
    params: DistributedLambdarankParams,
    threads: int,
) -> None:
    """Be one worker; tell this by messages of a kind and a content."""

    def gather(message: str) -> list[str]:
        connection.send(("message", message))
        return list(connection.recv())

    answer: tuple[str, Any]
    try:
        fitted = fit_together(
            lambda: (share, validation), params, host=LOOPBACK, gather=gather, threads=threads
        )
        answer = ("fitted", fitted)
    except CannotTrainError as error:
        answer = ("fault", str(error))
    connection.send(answer)
