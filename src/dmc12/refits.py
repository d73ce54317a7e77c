"""What an ensemble wants of bases that cannot be trained in its own task: other trainings of them.

A stack trains each base again on the first contexts alone. A base that Spark ML trains needs Spark
for that, so whoever has Spark trains it before, and the stack finds it in the store.
"""

import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from dmc12.fingerprints import fingerprint
from dmc12.sweep import Job
from dmc12.trainers import TRAINERS
from dmc12.trainers.ensemble import EnsembleTrainer
from dmc12.trainers.spark_ml import SparkMlTrainer


@dataclass(frozen=True)
class Refit:
    """A base to be trained on the first `n_contexts` of the training contexts."""

    base: Job
    n_contexts: int

    @property
    def key(self) -> str:
        """Its key in the store."""
        return fingerprint([self.base.key, self.n_contexts])


def wants_refits(job: Job) -> bool:
    """Tell whether a set wants any, however many contexts there are."""
    return bool(refits_of(job, sys.maxsize))


def refits_of(job: Job, n_contexts: int) -> list[Refit]:
    """Return the trainings by Spark ML that a set wants, the whole one of each base aside.

    Raise ValueError where there are fewer contexts than the ensemble has blocks.
    """
    return list(dict.fromkeys(_wanted(job, {n_contexts}, n_contexts)))


def _wanted(job: Job, lengths: Collection[int], n_contexts: int) -> Iterator[Refit]:
    """Yield what a set wants that is itself trained on the first contexts, of each length."""
    trainer = TRAINERS[job.one.trainer]
    if isinstance(trainer, SparkMlTrainer):
        yield from (Refit(job, length) for length in sorted(lengths) if length < n_contexts)
    if isinstance(trainer, EnsembleTrainer):
        inner = {each for length in lengths for each in trainer.refitted_on(job.one.params, length)}
        for base in job.bases:
            yield from _wanted(base, {*lengths, *inner}, n_contexts)
