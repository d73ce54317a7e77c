"""What a Python model says by `logging.getLogger(__name__)`, said in dbt's log."""

from __future__ import annotations

import contextlib
import contextvars
import logging
from collections.abc import Iterator

from dbt.adapters.sparksession.errors import logger


class _ToDbt(logging.Handler):
    """Passes records on as the node that the model is, whatever thread they come from."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.node = contextvars.copy_context()

    def emit(self, record: logging.LogRecord) -> None:
        self.node.copy().run(logger.info, self.format(record))


@contextlib.contextmanager
def heard(name: str) -> Iterator[None]:
    """Let the logger `name`, and those below it, be heard at INFO and above."""
    own, handler = logging.getLogger(name), _ToDbt()
    level, propagates = own.level, own.propagate
    own.addHandler(handler)
    own.setLevel(logging.INFO)
    own.propagate = False  # a library's handler at the root would say all of it a second time
    try:
        yield
    finally:
        own.removeHandler(handler)
        own.setLevel(level)
        own.propagate = propagates
