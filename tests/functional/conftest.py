"""One Spark a pytest process: dbt runs in it, on one session, one warehouse."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jinja2
import pytest
import yaml
from connect import serving
from dbt.cli.main import dbtRunner, dbtRunnerResult
from project import Project, target
from xdist.scheduler import LoadScopeScheduling

from dbt.adapters.sparksession.session import close_session, current_session

MakeProject = Callable[..., "Project"]
RunDbt = Callable[..., dbtRunnerResult]
Query = Callable[[str], list[Any]]


class WholeFiles(LoadScopeScheduling):
    """Parallel workers (`pytest -n 2`) take whole files, each worker on a Spark of its own.

    All files that read the small world go to one worker, which builds it once. So do those
    that start processes: files of many tests are begun first, and these have few but long ones, for
    which one worker would wait in the end.
    """

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        text = (self.config.rootpath / path).read_text()
        if "small_world" in text:
            return "small_world"
        return "processes" if "import subprocess" in text else path


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> WholeFiles:
    return WholeFiles(config, log)


@pytest.fixture(scope="session")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of the tables and of the metastore that all tests share."""
    return tmp_path_factory.mktemp("warehouse")


@pytest.fixture(scope="session", autouse=True)
def _spark_ends_with_the_tests() -> Iterator[None]:
    yield
    close_session()


@pytest.fixture(scope="session", autouse=True)
def _local() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("DBT_SEND_ANONYMOUS_USAGE_STATS", "false")
        for name in ("SPARK_REMOTE", "DBT_PROFILES_DIR", "DBT_PROJECT_DIR"):
            environment.delenv(name, raising=False)
        yield


@pytest.fixture(scope="session", autouse=True)
def _macros_are_parsed_once() -> Iterator[None]:
    """Keep the syntax trees of the 540 macros, dbt's own and the adapters', between the runs.

    Each run of dbt in a test parses them all anew, which is most of a small run; it only reads
    what `Environment.parse` returns (to compile, Jinja parses by itself).
    """
    parse, trees = jinja2.Environment.parse, {}

    def parse_once(
        environment: jinja2.Environment, source: str, *names: str | None
    ) -> jinja2.nodes.Template:
        key = (type(environment), *environment.extensions, source)
        if key not in trees:
            trees[key] = parse(environment, source, *names)
        return trees[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jinja2.Environment, "parse", parse_once)
        yield


@pytest.fixture(scope="session")
def connect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The url of a Spark Connect server that all tests share."""
    with serving(tmp_path_factory.mktemp("connect")) as url:
        yield url


@pytest.fixture
def make_project(request: pytest.FixtureRequest, tmp_path: Path, warehouse: Path) -> MakeProject:
    """Write a dbt project: `make_project({"models/a.sql": "select 1 as x"}, vars={...})`.

    Its name, profile and schema are the test's own name, so that tests do not meet.
    """

    def make(
        files: dict[str, str], profile: dict[str, Any] | None = None, **settings: Any
    ) -> Project:
        name = re.sub(r"\W+", "_", request.node.name).strip("_").lower()[:60]
        its_target = target(name, warehouse)
        its_target["outputs"]["test"] |= profile or {}
        settings = {"name": name, "version": "1.0.0", "profile": name, **settings}
        project = Project(tmp_path / "project", name)
        project.write(
            {
                "profiles.yml": yaml.safe_dump({name: its_target}),
                "dbt_project.yml": yaml.safe_dump(settings),
                **files,
            }
        )
        return project

    return make


@pytest.fixture(scope="session")
def run_dbt() -> RunDbt:
    """Run dbt in this process: `run_dbt(project, "build", "--select", "a")`.

    The run must succeed, or fail with `ok=False`. Returns dbt's result.
    """

    def run(project: Project | Path, *arguments: str, ok: bool = True) -> dbtRunnerResult:
        where = Path.cwd()
        try:
            result = dbtRunner().invoke(
                [
                    *arguments,
                    "--project-dir",
                    os.fspath(project),
                    "--profiles-dir",
                    os.fspath(project),
                ]
            )
        finally:
            os.chdir(where)
        assert result.success == ok, result.exception or said_by(result)
        return result

    return run


def said_by(result: dbtRunnerResult) -> dict[str, str]:
    """What each node of a run said, by the node's name."""
    return {one.node.name: one.message for one in getattr(result.result, "results", None) or []}


@pytest.fixture(scope="session")
def messages() -> Callable[[dbtRunnerResult], dict[str, str]]:
    """What each node of a run said: `messages(run_dbt(...))["a"]`."""
    return said_by


@pytest.fixture(scope="session")
def query() -> Query:
    """Rows of a query, as tuples, on the session that dbt has opened."""

    def rows(sql: str) -> list[Any]:
        return [tuple(row) for row in current_session().sql(sql).collect()]

    return rows
