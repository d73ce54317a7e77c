"""Call a project's own Python function from Jinja."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from typing import Any

from dbt_common.exceptions import DbtRuntimeError

NAME = re.compile(r"([A-Za-z]\w*(?:\.[A-Za-z]\w*)*):([A-Za-z]\w*)")


def project_function(target: str) -> Callable[..., Any]:
    """The function that `package.module:function` names, imported from the environment.

    Raises DbtRuntimeError when there is none such.
    """
    found = NAME.fullmatch(target)
    if found is None:
        raise DbtRuntimeError(
            f"adapter.call wants 'package.module:function' (public names), not {target!r}"
        )
    try:
        module = importlib.import_module(found[1])
    except ImportError as exc:
        raise DbtRuntimeError(f"adapter.call({target!r}): {exc}") from exc
    function = getattr(module, found[2], None)
    if not callable(function):
        raise DbtRuntimeError(f"adapter.call({target!r}): no such function in {found[1]}")
    return function  # type: ignore[no-any-return]


def call_project_function(target: str, *args: Any, **kwargs: Any) -> Any:
    """Call it. A ValueError (pydantic's too) becomes a DbtRuntimeError with just its message.

    That is how a project checks its settings from Jinja. Other exceptions are bugs and stay
    what they are.
    """
    function = project_function(target)
    try:
        return function(*args, **kwargs)
    except ValueError as exc:
        raise DbtRuntimeError(str(exc)) from exc
