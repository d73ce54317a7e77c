from types import SimpleNamespace
from typing import Any

from dbt.config.project import VarProvider

from dbt.adapters.sparksession.project_vars import cli_vars, project_vars, visible_vars


def config(root: dict[str, Any], package: dict[str, Any], cli: dict[str, Any]) -> Any:
    projects = {
        "root": SimpleNamespace(vars=VarProvider(root)),
        "kit": SimpleNamespace(vars=VarProvider(package)),
    }
    return SimpleNamespace(project_name="root", cli_vars=cli, load_dependencies=lambda: projects)


OWN = {"shared": 1, "kit": {"a": "own", "b": "own", "c": "own"}, "root": {"r": 1}}


def test_the_package_alone_has_its_own_vars() -> None:
    assert visible_vars(config({}, OWN, {}), "kit") == {
        "shared": 1,
        "a": "own",
        "b": "own",
        "c": "own",
    }


def test_precedence_is_that_of_var() -> None:
    root = {"a": "root for all", "b": "root for all", "kit": {"b": "root for kit"}}
    cli = {"c": "cli", "new": "cli"}
    assert visible_vars(config(root, OWN, cli), "kit") == {
        "shared": 1,
        "a": "root for all",
        "b": "root for kit",
        "c": "cli",
        "new": "cli",
    }


def test_project_vars_are_those_declared_for_the_package() -> None:
    root = {"a": "root for all", "kit": {"b": "root for kit", "typo": 1}}
    cli = {"c": "cli", "new": "cli"}
    assert project_vars(config(root, OWN, cli), "kit") == {
        "a": "own",
        "b": "root for kit",
        "c": "cli",
        "typo": 1,
    }
    assert cli_vars(config(root, OWN, cli)) == cli


def test_the_root_project_reads_its_own_scope() -> None:
    root = {"all": 1, "root": {"x": 2}, "kit": {"y": 3}}
    assert visible_vars(config(root, OWN, {}), "root") == {"all": 1, "x": 2}
    assert project_vars(config(root, OWN, {}), "root") == {"x": 2}


def test_a_mapping_that_is_no_scope_is_a_var() -> None:
    assert visible_vars(config({"world": {"seed": 1}}, {}, {}), "root") == {"world": {"seed": 1}}
