"""How far a sweep is: sets done, the best so far (no oracle), the time left, in the log."""

import logging
import threading
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from dmc12.encoders import ORACLE_FEATURES
from dmc12.store import Store
from dmc12.sweep import Job

EVERY_SECONDS = 10.0


class Progress:
    """Looks into the store while a sweep runs: what is there is done, wherever."""

    def __init__(self, store: Store, logger: logging.Logger) -> None:
        self.store, self.logger = store, logger
        self._jobs: list[Job] = []
        self._best: tuple[float, str] | None = None
        self._seen: set[str] = set()
        self.started = time.monotonic()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="sweep", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._thread.join()

    def begin(self, jobs: Sequence[Job]) -> None:
        """Take note of sets that are to be trained now."""
        self._jobs += jobs

    def line(self, now: float) -> str:
        """Say `12/30 sets, best lambdarank .4123, about 80 s left` (at a time.monotonic)."""
        for job in self._jobs:
            if job.key not in self._seen and self.store.has(job.key):
                self._seen.add(job.key)
                entry = self.store.get(job.key) or {}
                found = (entry.get("validation_ndcg_at_10") or 0.0, job.one.ranker)
                if not ORACLE_FEATURES.intersection(job.one.features):
                    self._best = max(found, self._best or found)
        done, all_of_them = len(self._seen), len(self._jobs)
        parts = [f"{done}/{all_of_them} sets"]
        if self._best is not None:
            parts.append(f"best {self._best[1]} {self._best[0]:.4f}")
        if done:
            left = (now - self.started) / done * (all_of_them - done)
            parts.append(f"about {left:.0f} s left")
        return ", ".join(parts)

    def _watch(self) -> None:
        while not self._ended.wait(EVERY_SECONDS):
            if self._jobs:
                self.logger.info(self.line(time.monotonic()))
