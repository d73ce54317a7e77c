"""Sets are fitted at their places: one after the other, those of small jobs beside the others."""

import threading
import time
from types import SimpleNamespace

import pytest

from dmc12.spark import training


@pytest.fixture
def fitted(monkeypatch):
    """Fit sets at places of one's own; `fits` says how each place fits its sets."""
    monkeypatch.setattr(training, "inheritable_thread_target", lambda session: lambda run: run)

    def fit(fits):
        monkeypatch.setattr(training, "PLACES", fits)
        monkeypatch.setattr(training, "by_place", lambda jobs: {place: [place] for place in fits})
        return training.fit_beside([], SimpleNamespace(session=None))

    return fit


def test_spark_ml_is_beside_the_others(fitted):
    both = threading.Barrier(2)

    def meet(jobs, work):
        both.wait(timeout=30)
        return {jobs[0]: "said"}

    assert fitted({"task": meet, "spark_ml": meet}) == {"task": "said", "spark_ml": "said"}


def test_places_that_fill_the_cores_take_turns(fitted):
    running = threading.Lock()

    def alone(jobs, work):
        assert running.acquire(blocking=False)
        time.sleep(0.05)
        running.release()
        return {jobs[0]: "said"}

    assert list(fitted(dict.fromkeys(("task", "barrier", "own"), alone))) == [
        "task",
        "barrier",
        "own",
    ]


def test_a_fault_that_is_no_sets_own_is_raised(fitted):
    def fail(jobs, work):
        raise ConnectionError("the cluster is gone")

    with pytest.raises(ConnectionError, match="gone"):
        fitted({"task": lambda jobs, work: {}, "spark_ml": fail})
