"""What dbt-tests-adapter holds, what of it this suite runs, and the table of what it does not."""

from __future__ import annotations

import importlib
import inspect
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from dbt.tests import adapter

HERE = Path(__file__).parent
DOCUMENT = HERE.parents[1] / "docs" / "adapter_suite.md"
PACKAGE = adapter.__name__


@dataclass(frozen=True)
class PackageTest:
    """A test function of a class of the package."""

    owner: type
    function: str

    @property
    def name(self) -> str:
        """`family.module.Class.test_function`."""
        module = self.owner.__module__.removeprefix(f"{PACKAGE}.")
        return f"{module}.{self.owner.__qualname__}.{self.function}"

    def is_run_by(self, suite_class: type) -> bool:
        """Whether a class of the suite runs this very function, not one in its place."""
        return issubclass(suite_class, self.owner) and (
            getattr(suite_class, self.function) is getattr(self.owner, self.function)
        )


@dataclass(frozen=True)
class NotRun:
    """One reason, and the modules, classes or functions of the package that it holds for."""

    reason: str
    names: list[str]

    def covers(self, test: PackageTest) -> bool:
        """Whether this reason is given for a test, or for its class, or its module."""
        return any(f"{test.name}.".startswith(f"{name}.") for name in self.names)


def package_tests() -> list[PackageTest]:
    """Every test function of every class of the package.

    Without the classes that only give another class a name for pytest to collect: they have no
    body.
    """
    return [
        PackageTest(owner, function)
        for module in _modules()
        for owner in _classes_of(module)
        if not _is_alias(owner)
        for function in sorted(_test_functions(owner))
    ]


def suite_classes() -> list[type]:
    """The classes that this suite runs."""
    modules = [importlib.import_module(path.stem) for path in sorted(HERE.glob("test_*.py"))]
    return [
        one for module in modules for one in _classes_of(module) if one.__name__.startswith("Test")
    ]


def not_run() -> list[NotRun]:
    """The table of `not_run.toml`."""
    table = tomllib.loads((HERE / "not_run.toml").read_text("utf-8"))
    return [NotRun(**row) for row in table["not_run"]]


def document() -> str:
    """The text of docs/adapter_suite.md."""
    tests, classes = package_tests(), suite_classes()
    run = [test for test in tests if any(test.is_run_by(one) for one in classes)]
    rows = [
        f"| {', '.join(f'`{name}`' for name in row.names)} | {row.reason} |" for row in not_run()
    ]
    return "\n".join(
        [
            "# dbt's own suite on `sparksession`",
            "",
            "`make test-adapter` runs the classes of dbt-tests-adapter, the suite that dbt's "
            "maintainers publish for",
            "adapters, on one local Spark session (`tests/adapter_suite`, a file a family, a thin "
            f"subclass each). Of its {len(tests)}",
            f"test functions, counted per class, {len(run)} are run as they are. The others are "
            "in this table, and a test",
            "holds the table to what the installed package has and what the suite runs.",
            "",
            "| not run | why |",
            "|---|---|",
            *rows,
            "",
            "This page is written by `python tests/adapter_suite/package_tests.py` from "
            "`tests/adapter_suite/not_run.toml`.",
            "",
        ]
    )


def _modules() -> Iterator[ModuleType]:
    # not pkgutil: most of the package's directories have no __init__.py
    root = Path(adapter.__path__[0])
    for path in sorted(root.rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        if parts[-1] != "__init__":
            yield importlib.import_module(".".join([PACKAGE, *parts]))


def _classes_of(module: ModuleType) -> list[type]:
    found = inspect.getmembers(module, inspect.isclass)
    return [one for _, one in found if one.__module__ == module.__name__]


def _is_alias(one: type) -> bool:
    own = {name for name in vars(one) if not name.startswith("__")}
    return not own and one.__bases__ != (object,) and one.__name__.startswith("Test")


def _test_functions(one: type) -> set[str]:
    members = inspect.getmembers(one, inspect.isfunction)
    return {name for name, _ in members if name.startswith("test")}


if __name__ == "__main__":
    sys.path.insert(0, str(HERE))
    DOCUMENT.write_text(document(), encoding="utf-8")
