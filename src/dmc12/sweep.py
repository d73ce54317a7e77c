"""A sweep: which sets are to be trained, level by level, and what became of each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from dmc12.fingerprints import (
    DataFingerprints,
    code_fingerprint,
    feature_fingerprint,
    fingerprint,
    library_versions,
)
from dmc12.rankers import RankerSet, RankerSpec, by_level
from dmc12.registry import Row, best_of


@dataclass(frozen=True)
class Job:
    """One set to be trained: its key in the store and, for an ensemble, the jobs of its bases."""

    one: RankerSet
    key: str
    bases: tuple["Job", ...] = ()


Train = Callable[[Sequence[Job]], dict[str, str]]
Look = Callable[[Sequence[str]], dict[str, float | None]]


@dataclass
class Sweep:
    """The sets of all rankers. What the store has is not trained again.

    `look` tells which of some keys the store has, with their validation NDCG@10.
    """

    specs: Sequence[RankerSpec]
    prints: DataFingerprints
    look: Look
    jobs: dict[str, list[Job]] = field(default_factory=dict)  # by ranker, a job a set
    errors: dict[str, str] = field(default_factory=dict)  # by key
    selected: dict[str, Job] = field(default_factory=dict)  # by ranker; none: all its sets failed

    def run(self, train: Train) -> None:
        """Train what is missing, bases before ensembles.

        `train` gets jobs of one level, puts an entry of each into the store and returns the errors
        of those that failed, by key.
        """
        for level in by_level(self.specs):
            for spec in level:
                self.jobs[spec.name] = [self._job(one, spec.bases) for one in spec.sets]
            wanted = {
                job.key: job
                for spec in level
                for job in self.jobs[spec.name]
                if job.key not in self.errors
            }
            found = self.look(list(wanted))
            missing = [job for key, job in wanted.items() if key not in found]
            if missing:
                self.errors |= train(missing)
                found |= self.look([job.key for job in missing if job.key not in self.errors])
            for spec in level:
                self._select(spec.name, found)

    def keys(self) -> list[str]:
        """Return the keys of all sets."""
        return [job.key for jobs in self.jobs.values() for job in jobs]

    def heads(self) -> list[Row]:
        """Return what is known of each set without its entry, in order; small enough to travel."""
        return [
            self._head(job, place)
            for spec in self.specs
            for place, job in enumerate(self.jobs[spec.name], start=1)
        ]

    def _job(self, one: RankerSet, bases: Sequence[str]) -> Job:
        """Name all that a set's bytes depend on."""
        chosen = tuple(self.selected[base] for base in bases if base in self.selected)
        key = fingerprint([
            one.trainer,
            one.features,
            one.params_text,
            self.prints.of(one.features),
            code_fingerprint(),
            library_versions(),
            [[job.one.ranker, job.key] for job in chosen],
        ])  # fmt: skip
        failed = [base for base in bases if base not in self.selected]
        if failed:
            self.errors[key] = f"ranker {one.ranker}: its base {failed[0]} failed in training"
        return Job(one, key, chosen)

    def _select(self, ranker: str, found: Mapping[str, float | None]) -> None:
        """Choose the set that is the ranker, by the metrics that were found."""
        jobs = self.jobs[ranker]
        rows = [
            {"status": "trained", "validation_ndcg_at_10": found[job.key]}
            if job.key in found
            else {"status": "failed"}
            for job in jobs
        ]
        best = best_of(rows)
        if rows[best]["status"] == "trained":
            self.selected[ranker] = jobs[best]

    def _head(self, job: Job, place: int) -> Row:
        """Return a row without what the store has."""
        one, error = job.one, self.errors.get(job.key)
        chosen = self.selected.get(one.ranker)
        is_selected = place == 1 if chosen is None else job is chosen
        return {
            "key": job.key,
            "ranker": one.ranker,
            "set_id": one.set_id,
            "place": place,
            "is_selected": is_selected,
            "trainer": one.trainer,
            "params": one.params_text,
            "features": list(one.features),
            "status": "trained" if error is None else "failed",
            "error": error,
            "feature_fingerprint": feature_fingerprint(one.features),
            "data_fingerprint": self.prints.of(one.features),
            "code_fingerprint": code_fingerprint(),
            "library_versions": library_versions(),
        }
