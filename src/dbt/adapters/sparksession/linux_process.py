"""What Linux knows of a process, by its id (proc(5)); None of one that is not there."""

from __future__ import annotations

from pathlib import Path

PARENT, STARTED = 1, 19  # places among the fields behind the name


def parent_of(pid: int) -> int | None:
    """The process that started it."""
    fields = _fields(pid)
    return int(fields[PARENT]) if fields else None


def started_at(pid: int) -> str | None:
    """When it started, in the kernel's ticks."""
    fields = _fields(pid)
    return fields[STARTED] if fields else None


def _fields(pid: int) -> list[str] | None:
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    # the name, in parentheses, may hold spaces and parentheses
    fields = text.rpartition(")")[2].split()
    return fields if len(fields) > STARTED else None
