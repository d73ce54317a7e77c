import logging
from types import SimpleNamespace

import pytest

from dbt.adapters.sparksession import progress
from dbt.adapters.sparksession.progress import Counts, Node, counted, line, stages_of

NODE = Node("orders", "model.shop.orders", "g", begun=100.0)
COUNTS = Counts(stages_done=1, stages=3, tasks_done=6, tasks=20)


@pytest.mark.parametrize(
    ("counts", "brief", "expected"),
    [
        (COUNTS, False, "orders: stages 1/3, tasks 6/20 (0.5/s), 12 s"),
        (COUNTS, True, "orders: 6/20 tasks, 12 s"),
        # a Python model that trains, and has no job of Spark's
        (Counts(), False, "orders: 12 s"),
        (Counts(), True, "orders: 12 s"),
    ],
)
def test_a_line_says_what_is_known(counts, brief, expected) -> None:
    assert line(NODE, counts, 112.0, brief) == expected


def stage(number: int, done: int, active: int, tasks: int) -> SimpleNamespace:
    return SimpleNamespace(
        stageId=number, numCompletedTasks=done, numActiveTasks=active, numTasks=tasks
    )


def test_a_stage_that_spark_skipped_is_not_counted() -> None:
    job = [stage(1, 0, 0, 12), stage(2, 3, 0, 3), stage(3, 0, 0, 4)]
    assert counted(stages_of(job)) == Counts(1, 2, 3, 7)


def test_a_job_not_begun_counts_whole() -> None:
    assert counted(stages_of([stage(1, 0, 0, 2), stage(2, 0, 0, 3)])) == Counts(0, 2, 0, 5)


def test_the_live_line_makes_room_for_dbts_own(monkeypatch, capsys) -> None:
    monkeypatch.setattr(progress, "_drawn", True)
    record = logging.LogRecord("stdout_log", logging.INFO, "", 0, "x", (), None)
    assert progress._make_room(record)
    assert capsys.readouterr().err == progress.CLEAR
    # and stays away until that is written
    monkeypatch.setattr(progress, "_nodes", {1: Node("a", "a", "g", 0.0, depth=1)})
    progress._draw("a: 9 s")
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(progress, "_quiet_until", 0.0)
    progress._draw("a: 9 s")
    assert capsys.readouterr().err == f"{progress.CLEAR}a: 9 s\r"


def test_a_log_has_it_rarely_then_more_rarely(monkeypatch) -> None:
    said: list[tuple[float, str]] = []
    now = 0.0
    monkeypatch.setattr(progress, "_live", lambda: False)
    node = Node("orders", "k", "g", begun=0.0)
    node.context = SimpleNamespace(run=lambda tell, text: said.append((now, text)))  # type: ignore[assignment]
    for now in range(300):
        progress._log(node, "x", now)
    assert [when for when, _ in said] == [30, 60, 120, 240]
