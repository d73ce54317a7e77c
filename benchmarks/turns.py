"""Sides of a benchmark in turns on one Spark, in a warehouse of its own."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from dbt.adapters.sparksession.credentials import SparksessionCredentials
from dbt.adapters.sparksession.session import close_session, open_session


@contextmanager
def spark_of_its_own() -> Iterator[tuple[Any, str]]:
    """Yield a session of the adapter's, and the folder that holds its warehouse; both go after."""
    with tempfile.TemporaryDirectory() as folder:
        session = open_session(
            SparksessionCredentials(
                schema="default", database=None, warehouse=f"{folder}/warehouse", logs=folder
            )
        )
        try:
            yield session, folder
        finally:
            close_session()


def in_turns(sides: Mapping[str, Callable[[int], Callable[[], Any]]], rounds: int) -> None:
    """Time the sides in turns, after a turn of each that is not counted.

    A side prepares the turn of the number that it is given, and returns the work to time. Prints
    each time, the medians, and how many times the first side's the second's is. Raises
    AssertionError where the works of one turn return different things.
    """
    found: dict[str, list[float]] = {name: [] for name in sides}
    for turn in range(rounds + 1):
        answers = []
        for name, prepare in sides.items():
            work = prepare(turn)
            begun = time.perf_counter()
            answers.append(work())
            if turn:
                found[name].append(time.perf_counter() - begun)
                print(f"round {turn}, {name}: {found[name][-1]:.1f} s", flush=True)
        assert all(answer == answers[0] for answer in answers), answers
    medians = {name: statistics.median(seconds) for name, seconds in found.items()}
    first, second = medians.values()
    print(", ".join(f"{name} {seconds:.1f} s" for name, seconds in medians.items()), end=": ")
    print(f"{second / first:.2f} times")
