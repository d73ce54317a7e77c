"""Run a dbt Python model in this process and take its DataFrame."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from dbt_common.exceptions import DbtRuntimeError

from dbt.adapters.sparksession.errors import frames_below, logger, spark_message
from dbt.adapters.sparksession.interrupt import interruptible
from dbt.adapters.sparksession.model_log import heard
from dbt.adapters.sparksession.progress import shown
from dbt.adapters.sparksession.session import activate

TARGET = "__dbt_target__"


def run_python_model(
    code: str,
    path: Path,
    root: Path,
    session: Any,
    variables: dict[str, Any],
    progress: bool = True,
) -> tuple[Any, str]:
    """Run compiled model code and return its Spark DataFrame and the table to write it to.

    `code` is the user's file with dbt's part after it. It is compiled under the file's own `path`
    so that a traceback points there. `root` is the project's directory, from which paths in
    messages start. `variables` becomes `dbt.vars`. With `progress`, a long model is shown.

    Raises DbtRuntimeError: for an exception of the model, its type, message and the user's lines.
    """
    lines = 0
    shift = 0
    if path.exists():
        text = path.read_text(encoding="utf-8-sig")
        lines = text.count("\n") + 1
        # dbt strips the file's blank first lines; put them back so that line numbers are right
        shift = text[: len(text) - len(text.lstrip())].count("\n")
    # a name that no module has: functions of the model travel to the workers by value
    namespace: dict[str, Any] = {
        "__name__": f"dbt_model.{path.stem}",
        "__file__": str(path),
        # models written for a notebook's Spark use it by this name
        "spark": session,
    }
    activate(session)
    try:
        with interruptible(), shown(session, progress), heard(namespace["__name__"]):
            # the code is the project's own, as much as its SQL is
            exec(compile("\n" * shift + code.lstrip(), str(path), "exec"), namespace)
            dbt = namespace["dbtObj"](session.table)
            dbt.vars = dict(variables)
            returned = namespace["model"](dbt, session)
            return to_frame(returned, session, path.name), namespace[TARGET]
    except KeyboardInterrupt as exc:
        if threading.current_thread() is threading.main_thread():
            raise
        raise DbtRuntimeError("Interrupted") from exc
    except Exception as exc:
        raise _model_error(exc, path, lines, root) from exc


def to_frame(returned: Any, session: Any, name: str) -> Any:
    """What a model returned as a Spark DataFrame.

    Takes a Spark, a pandas or a pandas-on-Spark DataFrame, or a pyarrow Table.
    Raises TypeError for anything else.
    """
    kind = type(returned)
    package = kind.__module__.split(".")[0]
    if package == "pyspark" and kind.__name__ == "DataFrame":
        if kind.__module__.startswith("pyspark.pandas"):
            return returned.to_spark()
        return returned
    if (package, kind.__name__) in (("pandas", "DataFrame"), ("pyarrow", "Table")):
        return session.createDataFrame(returned)
    raise TypeError(
        f"model() in {name} returned {_described(returned)}; "
        "it must return a Spark DataFrame, a pandas DataFrame or a pyarrow Table"
    )


def _described(returned: Any) -> str:
    return "None" if returned is None else f"a {type(returned).__name__}"


def _model_error(exc: Exception, path: Path, lines: int, root: Path) -> DbtRuntimeError:
    import traceback

    logger.debug("".join(traceback.format_exception(exc)))
    frames = frames_below(exc, str(path), lines, root)
    said = spark_message(exc)
    name = type(exc).__name__
    # a wrong return value is told by its sentence; there is no line to point at
    if not frames and isinstance(exc, TypeError):
        return DbtRuntimeError(said)
    if not said.startswith(f"{name}:"):
        said = f"{name}: {said}" if said != name else name
    return DbtRuntimeError("\n".join([said, *frames]))
