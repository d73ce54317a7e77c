"""Ctrl-C and SIGTERM for the dbt command: Spark's jobs are cancelled, the process ends in seconds.

dbt's own way stays: the main thread gets a KeyboardInterrupt, cancels its connections, prints its
summary and ends. This module sees to it that what it then waits for does end: a Spark that is
starting, a Python model in a loop, a job begun after the cancel. What does not, is not waited for.
"""

from __future__ import annotations

import contextlib
import ctypes
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from multiprocessing import util
from pathlib import Path
from types import FrameType

from dbt.adapters.events.logging import AdapterLogger
from dbt_common.exceptions import DbtBaseException

logger = AdapterLogger("Spark")

SIGNALS = (signal.SIGINT, signal.SIGTERM)
PATIENCE = 3.5  # seconds that dbt has for an orderly end
EXIT_CODE = 2  # dbt's own for what is neither success nor a failed node

_lock = threading.Lock()
_python: set[int] = set()
_begun = threading.Event()
_closing = threading.Event()
_cancel: Callable[[], None]
_kill: Callable[[], None]


class Interrupted(KeyboardInterrupt, DbtBaseException):
    """A KeyboardInterrupt for which dbt prints a sentence, as for its own exceptions, no trace."""


def install(cancel: Callable[[], None], kill: Callable[[], None]) -> None:
    """Take SIGINT and SIGTERM, in the main thread of the dbt command; else leave them alone.

    `cancel` stops what Spark runs, and is called again and again until the process has ended;
    `kill` ends Spark at once. A program that runs dbt as a library keeps its own handling.
    """
    global _cancel, _kill
    if threading.current_thread() is threading.main_thread() and is_command():
        _cancel, _kill = cancel, kill
        for number in SIGNALS:
            signal.signal(number, _handle)


def is_command() -> bool:
    """Whether this process is the dbt command or this adapter's query command."""
    package = getattr(sys.modules.get("__main__"), "__package__", None) or ""
    return Path(sys.argv[0]).name in ("dbt", "dbt.exe") or package.split(".")[0] == "dbt"


def begun() -> bool:
    """Whether this process has been interrupted."""
    return _begun.is_set()


def closing() -> None:
    """Say that dbt has come to its end, and only Spark is still to be ended."""
    _closing.set()


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """Code of a user that an interrupt may break off at any line, in whatever thread it runs."""
    thread = threading.get_ident()
    with _lock:
        _python.add(thread)
    try:
        yield
    finally:
        with _lock:
            _python.discard(thread)


def _handle(number: int, frame: FrameType | None) -> None:
    if _begun.is_set():
        _end()
    _begun.set()
    threading.Thread(target=_see_to_the_end, name="interrupt", daemon=True).start()
    raise Interrupted("Interrupted" if number == signal.SIGINT else "Terminated")


def _see_to_the_end() -> None:
    deadline = time.monotonic() + PATIENCE
    with _lock:
        for thread in _python - {threading.main_thread().ident}:
            ctypes.pythonapi.PyThreadState_SetAsyncExc(
                ctypes.c_ulong(thread), ctypes.py_object(KeyboardInterrupt)
            )
    # a call into a busy JVM may take its time, which must not put off the end
    threading.Thread(target=_keep_cancelling, name="cancel", daemon=True).start()
    while time.monotonic() < deadline:
        time.sleep(0.1)
    if not _closing.is_set():
        logger.warning("Interrupted: what still runs is not waited for.")
    _end()


def _keep_cancelling() -> None:
    while True:
        with contextlib.suppress(Exception):
            _cancel()
        time.sleep(0.3)


def _end() -> None:
    with contextlib.suppress(Exception):
        _kill()
    with contextlib.suppress(Exception):
        sys.stdout.flush()
        logging.shutdown()
    # else multiprocessing complains on stderr of dbt's locks; a stuck thread may hold it up
    finish = threading.Thread(target=util._run_finalizers, args=(0,), daemon=True)  # type: ignore[attr-defined]
    finish.start()
    finish.join(timeout=0.5)
    os._exit(EXIT_CODE)
