"""dbt's vars as whole dicts, with dbt's own precedence.

`var("name")` in a package looks, in this order, at: the command line; the root project's vars for
that package; the root project's vars for all packages; the package's own, likewise.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def visible_vars(config: Any, package: str) -> dict[str, Any]:
    """Every var that `var()` would find in `package`, with the value it would give.

    `config` is dbt's RuntimeConfig. A key that is the name of a package and holds a mapping is a
    scope, not a var.
    """
    packages = config.load_dependencies()
    found: dict[str, Any] = {}
    for declared in _layers(config, package):
        found.update(
            {
                name: value
                for name, value in declared.items()
                if not (name in packages and isinstance(value, Mapping))
            }
        )
        found.update(_scoped(declared, package))
    return {**found, **cli_vars(config)}


def project_vars(config: Any, package: str) -> dict[str, Any]:
    """The vars declared for `package` by name: under `vars: <package>:` in its own project file or
    in the root project's. The command line may change their values, not add to them.
    """
    found: dict[str, Any] = {}
    for declared in _layers(config, package):
        found.update(_scoped(declared, package))
    given = cli_vars(config)
    return {name: given.get(name, value) for name, value in found.items()}


def cli_vars(config: Any) -> dict[str, Any]:
    """The vars of `--vars`."""
    return dict(config.cli_vars or {})


def _layers(config: Any, package: str) -> list[Mapping[str, Any]]:
    """The `vars` of the package's own project file, then of the root project's, which wins."""
    projects = config.load_dependencies()
    names = [package, config.project_name]
    return [projects[name].vars.to_dict() for name in dict.fromkeys(names) if name in projects]


def _scoped(declared: Mapping[str, Any], package: str) -> Mapping[str, Any]:
    scope = declared.get(package)
    return scope if isinstance(scope, Mapping) else {}
