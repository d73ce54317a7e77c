"""What a Spark exception says, without its Java stack and its query plan."""

from __future__ import annotations

import re
import traceback
from pathlib import Path
from typing import Any

from dbt.adapters.events.logging import AdapterLogger
from dbt_common.exceptions import DbtDatabaseError, DbtRuntimeError

from dbt.adapters.sparksession.hints import hint, java_gone
from dbt.adapters.sparksession.interrupt import begun
from dbt.adapters.sparksession.place import with_place

logger = AdapterLogger("Spark")

WORKER = re.compile(r"Traceback \(most recent call last\):\n(?P<body>.*)", re.DOTALL)
WORKER_FRAME = re.compile(r'^  File "(?P<path>[^"]+)", line (?P<line>\d+), in (?P<name>.+)$')
PLAN = re.compile(r"\n(?:'|\+- |!|== (?:Parsed|Analyzed|Optimized|Physical))")
STACK = re.compile(r"\n\s*(?:JVM stacktrace:|Driver stacktrace:|at [\w.$]+\()")
CONDITION = re.compile(r"\[[A-Z][A-Z0-9_]+(?:\.[A-Z0-9_]+)*\]")
# says only that files could not be read; its cause says which and why
VAGUE = "[FAILED_TO_CREATE_PLAN_FOR_DIRECT_QUERY]"
GONE = ("Py4JNetworkError", "ConnectionRefusedError", "ConnectionResetError")
NOISE = ("/pyspark/", "/py4j/", "/pyspark.zip/")
LIBRARY = re.compile(r"^.*/(?:site-packages|lib/python3\.\d+)/")
# Spark's advice to Scala programmers
SCALA = re.compile(r"\s*If the schema is inferred from a Scala tuple.*?(?= SQLSTATE|$)", re.DOTALL)
# Spark writes the way to a field a name a line
FIELD = re.compile(r"(?<=non-nullable field: )\n(.+?)(?= SQLSTATE|$)", re.DOTALL)
FRAMES = 6


def spark_message(exc: BaseException) -> str:
    """The text of an exception for a person: Spark's error class and sentence, or the Python
    worker's exception and its last frames.
    """
    name = type(exc).__name__
    if name in GONE:
        return java_gone()
    text = _text(exc)
    cause = getattr(exc, "_cause", None)
    if VAGUE in text and cause is not None:
        return spark_message(cause)
    worker = worker_message(text)
    if worker is not None:
        return worker
    if name in ("Py4JJavaError", "UnknownException"):
        text = _innermost(text)
    text = STACK.split(text, maxsplit=1)[0]
    text = SCALA.sub("", PLAN.split(text, maxsplit=1)[0])
    text = FIELD.sub(lambda found: ".".join(found[1].split()), text)
    return text.strip().rstrip(";") or name


class StatementError(DbtDatabaseError):
    """A statement that failed. Once dbt says for which node, the message has the user's line."""

    def __init__(
        self,
        message: str,
        statement: str | None = None,
        remedy: str | None = None,
        staged: str | None = None,
    ):
        super().__init__(message)
        self.statement = statement
        self.staged = staged
        self.remedy = remedy
        self._bare = str(self.msg)
        self._tell(None)

    def add_node(self, node: Any = None) -> None:
        """Take the node that dbt was at, and say where in its compiled file the error lies."""
        super().add_node(node)
        self._tell(node)

    def _tell(self, node: Any) -> None:
        said = with_place(self._bare, self.statement, node, self.staged)
        self.msg = said if self.remedy is None else f"{said}\n{self.remedy}"


def database_error(
    exc: BaseException, statement: str | None = None, staged: str | None = None
) -> DbtRuntimeError:
    """Convert an exception of Spark to dbt's, and leave its full trace in dbt's log (debug).

    `statement` is the SQL as it was sent, in which Spark's positions count; `staged` the query of
    a view that it reads, in which those of its rows do.
    """
    if isinstance(exc, DbtRuntimeError):
        return exc
    if isinstance(exc, KeyboardInterrupt):
        raise exc
    logger.debug("".join(traceback.format_exception(exc)))
    if begun():
        # jobs cancelled on the user's own wish are no failures to explain
        return DbtDatabaseError("Interrupted")
    said = spark_message(exc)
    remedy = hint(f"{type(exc).__name__}: {_text(exc)}")
    return StatementError(said, statement, remedy, staged)


def worker_message(text: str) -> str | None:
    """The exception of a Python worker as `ValueError: ...` and its last frames, or None.

    Frames of Spark's own machinery are left out.
    """
    found = WORKER.search(text)
    if found is None:
        return None
    # of a chain ("During handling ...") the last one is what was raised
    body = found["body"].split("Traceback (most recent call last):\n")[-1]
    frames: list[str] = []
    raised: list[str] = []
    source_next = False
    for line in body.splitlines():
        if frame := WORKER_FRAME.match(line):
            source_next = not any(noise in frame["path"] for noise in NOISE)
            if source_next:
                frames.append(f"  {short_path(frame['path'])}:{frame['line']} in {frame['name']}")
        elif line.startswith("    ") and not raised:
            if source_next and line.strip(" ^~-"):
                frames[-1] += f"\n    {line.strip()}"
            source_next = False
        elif re.match(r"\s+at [\w.$]+\(|Caused by: |Driver stacktrace:", line):
            break
        elif re.fullmatch(r"\s*SQLSTATE: \w+", line):
            continue
        elif line.strip() or raised:
            raised.append(line)
    message = "\n".join(raised).strip()
    return "\n".join([message, *frames[-FRAMES:]]) if message else None


def frames_below(exc: BaseException, first: str, lines: int, root: Path) -> list[str]:
    """The frames of a traceback from the file `first` on, as `models/x.py:12 in model`.

    `lines` is how many lines that file has: code that dbt appends lies beyond and is left out, as
    is Spark's own machinery. At most the last few frames are kept, the first always.
    """
    stack = traceback.extract_tb(exc.__traceback__)
    start = next((i for i, frame in enumerate(stack) if frame.filename == first), None)
    if start is None:
        return []
    kept = [
        f"  {short_path(frame.filename, root)}:{frame.lineno} in {frame.name}"
        + (f"\n    {frame.line.strip()}" if frame.line else "")
        for frame in stack[start:]
        if not any(noise in frame.filename for noise in NOISE)
        and not (frame.filename == first and (frame.lineno or 0) > lines)
    ]
    return kept if len(kept) <= FRAMES else [kept[0], *kept[-FRAMES + 1 :]]


def short_path(path: str, root: Path | None = None) -> str:
    """A file's path from the project's root, or from the library directory it lies in."""
    base = root or Path.cwd()
    if found := LIBRARY.search(path):
        return path[found.end() :]
    try:
        return str(Path(path).relative_to(base))
    except ValueError:
        return path


def _text(exc: BaseException) -> str:
    try:
        return str(exc)
    except Exception:  # noqa: BLE001  pyspark asks the JVM for the text, which may be gone
        return repr(exc.args)


def _innermost(text: str) -> str:
    """Of a Java stack, the line of the deepest cause; one with an error class goes first."""
    causes = re.findall(
        r"^(?:Caused by: |: )(.+(?:\n(?!\s*at |Caused by|\s*\.\.\. ).*)*)", text, re.M
    )
    named = [cause for cause in causes if CONDITION.search(cause)]
    chosen = (named or causes or [text])[-1]
    # the exception's Java class says nothing beyond the error class
    return re.sub(
        r"^(?:[\w.$]+(?:Exception|Error): (?=\[)|org\.apache\.spark\.SparkException: )", "", chosen
    )
