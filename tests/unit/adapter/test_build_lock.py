import os
import re
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from dbt_common.exceptions import DbtRuntimeError

from dbt.adapters.sparksession import build_lock
from dbt.adapters.sparksession.build_lock import BuildLock, is_dead, this_process
from dbt.adapters.sparksession.linux_process import started_at

REDACTED = re.compile(r"(?i)secret|password|token|access[.]?key")  # Spark's default
LOCK = "`shop__versions`.`dbt_build_lock`"


class Metastore:
    """The four statements that a lock sends, on a dict of views."""

    def __init__(self) -> None:
        self.views: dict[str, dict[str, str]] = {}

    def __call__(self, sql: str) -> list[Any]:
        verb, _, rest = sql.partition(" ")
        words = rest.split()
        match verb:
            case "create":
                name, pairs = words[1], sql[sql.index("(") + 1 : sql.rindex(") as")]
                if name in self.views:
                    raise DbtRuntimeError("[TABLE_OR_VIEW_ALREADY_EXISTS]")
                parts = (pair.split(" = ") for pair in pairs.split(", "))
                self.views[name] = {key.strip("'"): value.strip("'") for key, value in parts}
            case "show":
                shown = self._view(words[-1]).items()
                return [(key, "***" if REDACTED.search(key) else value) for key, value in shown]
            case "alter" if "rename" in sql:
                if words[-1] in self.views:
                    raise DbtRuntimeError("[TABLE_OR_VIEW_ALREADY_EXISTS]")
                self.views[words[-1]] = self._view(words[1])
                del self.views[words[1]]
            case "drop":
                self.views.pop(words[-1], None)
        return []

    def _view(self, name: str) -> dict[str, str]:
        if name not in self.views:
            raise DbtRuntimeError("[TABLE_OR_VIEW_NOT_FOUND]")
        return self.views[name]


@pytest.fixture
def metastore() -> Metastore:
    return Metastore()


def lock(metastore: Metastore, wait: float = 0) -> BuildLock:
    return BuildLock(metastore, "shop", "shop__versions", wait)


def test_a_lock_is_free_again_when_released(metastore: Metastore) -> None:
    for _ in range(2):
        one = lock(metastore)
        one.acquire()
        assert len(metastore.views) == 1
        one.release()
        assert metastore.views == {}


def test_a_held_lock_is_refused_with_its_holder(metastore: Metastore) -> None:
    first = lock(metastore)
    first.acquire()
    try:
        with pytest.raises(DbtRuntimeError, match=f"shop is being built by process {os.getpid()}"):
            lock(metastore).acquire()
    finally:
        first.release()


def test_a_lock_given_back_while_spark_looks_at_it_is_asked_for_again() -> None:
    class GivenBackMeanwhile(Metastore):
        answers: Iterator[str] = iter(["TABLE_OR_VIEW_NOT_FOUND"])

        def __call__(self, sql: str) -> list[Any]:
            if sql.startswith("create") and (answer := next(self.answers, None)):
                raise DbtRuntimeError(f"[{answer}]")
            return super().__call__(sql)

    one = lock(GivenBackMeanwhile())
    one.acquire()
    one.check()
    one.release()


def test_a_database_that_is_gone_is_an_error(metastore: Metastore) -> None:
    def without_database(_: str) -> Any:
        raise DbtRuntimeError("[SCHEMA_NOT_FOUND]")

    with pytest.raises(DbtRuntimeError, match="SCHEMA_NOT_FOUND"):
        BuildLock(without_database, "shop", "shop__versions", 0).acquire()


class Late:
    """A metastore in which others do something while a lock is moved aside."""

    def __init__(self, metastore: Metastore) -> None:
        self._metastore = metastore
        self.meanwhile: Callable[[], None] | None = None

    def __call__(self, sql: str) -> list[Any]:
        found = self._metastore(sql)
        if self.meanwhile is not None and "rename to" in sql:
            meanwhile, self.meanwhile = self.meanwhile, None
            meanwhile()
        return found


def held_by(metastore: Metastore, **holder: str) -> None:
    metastore.views[LOCK] = {
        "id": "other",
        "beat": "0",
        **this_process(),
        **holder,
    }


def left_by_a_process_that_ended(metastore: Metastore) -> dict[str, str]:
    """Leave a lock; returns what others read of it."""
    ended = subprocess.Popen(["true"])
    ended.wait()
    held_by(metastore, pid=str(ended.pid))
    return dict(metastore.views[LOCK])


def test_the_lock_of_a_process_that_ended_is_taken_over(metastore: Metastore) -> None:
    left_by_a_process_that_ended(metastore)
    one = lock(metastore)
    one.acquire()
    assert [view["id"] for view in metastore.views.values()] == [one.id]
    one.release()


def test_who_takes_over_too_late_gives_the_new_holder_its_lock_back(metastore: Metastore) -> None:
    dead = left_by_a_process_that_ended(metastore)
    first, late = lock(metastore), lock(metastore)
    first.acquire()
    late._break(dead)  # it has read the dead holder before `first` took over
    assert [view["id"] for view in metastore.views.values()] == [first.id]
    first.release()


def test_a_holder_elsewhere_counts_as_gone_after_its_silence(
    metastore: Metastore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build_lock, "SILENCE", 0.05)
    monkeypatch.setattr(build_lock, "PAUSE", 0.02)
    held_by(metastore, machine="another/pid:[1]")
    one = lock(metastore, wait=5)
    one.acquire()
    one.release()


def test_a_process_id_that_was_given_anew_is_not_the_holder() -> None:
    assert not is_dead(
        {**this_process(), "pid": str(os.getppid()), "started": _started_of_parent()}
    )
    assert is_dead({**this_process(), "pid": str(os.getppid()), "started": "1"})
    assert not is_dead({**this_process(), "machine": "another/pid:[1]", "started": "1"})


def _started_of_parent() -> str:
    return started_at(os.getppid()) or ""


def test_of_three_the_one_that_lost_its_lock_to_the_third_notices(metastore: Metastore) -> None:
    dead = left_by_a_process_that_ended(metastore)
    first, late, third = lock(metastore), Late(metastore), lock(metastore)
    first.acquire()
    late.meanwhile = third.acquire
    BuildLock(late, "shop", "shop__versions", 0)._break(dead)
    assert [view["id"] for view in metastore.views.values()] == [third.id]
    third.check()
    with pytest.raises(DbtRuntimeError, match="lost schema shop"):
        first.check()
    first.release()
    third.release()
    assert metastore.views == {}


def test_a_lock_that_was_moved_for_a_moment_is_kept(metastore: Metastore) -> None:
    dead = left_by_a_process_that_ended(metastore)
    first, late = lock(metastore), Late(metastore)
    first.acquire()
    late.meanwhile = first.check
    BuildLock(late, "shop", "shop__versions", 0)._break(dead)
    first.check()
    assert [view["id"] for view in metastore.views.values()] == [first.id]
    first.release()


def test_a_lock_that_was_lost_is_noticed_before_publishing(metastore: Metastore) -> None:
    one = lock(metastore)
    one.acquire()
    one.check()
    held_by(metastore)
    with pytest.raises(DbtRuntimeError, match="lost schema shop"):
        one.check()
    one.release()
    assert len(metastore.views) == 1  # the other's lock stays
