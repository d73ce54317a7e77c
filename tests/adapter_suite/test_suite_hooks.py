"""Hooks before and after models and runs."""

from __future__ import annotations

import pytest
from dbt.tests.adapter.hooks import fixtures
from dbt.tests.adapter.hooks.test_model_hooks import (
    MODEL_POST_HOOK,
    MODEL_PRE_HOOK,
    BaseDuplicateHooksInConfigs,
    BaseHookRefs,
    BaseHooksRefsOnSeeds,
    BasePrePostModelHooks,
    BasePrePostModelHooksInConfig,
    BasePrePostModelHooksInConfigKwargs,
    BasePrePostModelHooksInConfigWithCount,
)
from dbt.tests.adapter.hooks.test_model_hooks import (
    TestPrePostModelHooksUnderscores as Underscores,
)
from dbt.tests.adapter.hooks.test_run_hooks import BaseAfterRunHooks, BasePrePostRunHooks

FIELDS = (
    "test_state",
    "target_dbname",
    "target_host",
    "target_name",
    "target_schema",
    "target_type",
    "target_user",
    "target_pass",
    "target_threads",
    "run_started_at",
    "invocation_id",
    "thread_id",
)
COLUMNS = ", ".join(f"{name} {'int' if name == 'target_threads' else 'string'}" for name in FIELDS)
# for Postgres's vacuum, which Spark has not
ANALYZE = {"sql": "analyze table {{ this.schema }}.on_model_hook compute statistics"}


def write_log(project, table: str) -> None:
    """Make the table that the hooks write to, anew."""
    project.run_sql(f"drop table if exists {project.test_schema}.{table}")
    project.run_sql(f"create table {project.test_schema}.{table} ({COLUMNS}) using parquet")


def read_log(project, table: str, state: str) -> list[dict]:
    """What the hooks of a state wrote."""
    rows = project.run_sql(
        f"select * from {project.test_schema}.{table} where test_state = '{state}'", fetch="all"
    )
    return [dict(zip(FIELDS, row, strict=True)) for row in rows]


def check_row(row: dict, project) -> None:
    """What this adapter's target is, and that the invocation is known to the hook."""
    assert row["target_name"] == "default"
    assert row["target_schema"] == project.test_schema
    assert row["target_type"] == "sparksession"
    assert row["target_threads"] == 4
    assert row["run_started_at"]
    assert row["invocation_id"]


class ModelHooks:
    @pytest.fixture(scope="class", autouse=True)
    def setUp(self, project):
        write_log(project, "on_model_hook")

    def check_hooks(self, state, project, host, count=1):
        rows = read_log(project, "on_model_hook", state)
        assert len(rows) == count
        for row in rows:
            check_row(row, project)
            assert row["thread_id"].startswith("Thread-")


class WithAnalyze(ModelHooks):
    keys = ("pre-hook", "post-hook")

    @pytest.fixture(scope="class")
    def project_config_update(self):
        pre, post = self.keys
        outside = {**ANALYZE, "transaction": False}
        hooks = {pre: [MODEL_PRE_HOOK, outside], post: [outside, MODEL_POST_HOOK]}
        return {"models": {"test": hooks}}


class TestPrePostModelHooks(WithAnalyze, BasePrePostModelHooks):
    pass


class TestPrePostModelHooksUnderscores(WithAnalyze, Underscores):
    keys = ("pre_hook", "post_hook")


class TestPrePostModelHooksInConfigWithCount(WithAnalyze, BasePrePostModelHooksInConfigWithCount):
    pass


class TestHookRefs(ModelHooks, BaseHookRefs):
    pass


class TestPrePostModelHooksInConfig(ModelHooks, BasePrePostModelHooksInConfig):
    pass


class TestPrePostModelHooksInConfigKwargs(ModelHooks, BasePrePostModelHooksInConfigKwargs):
    pass


class TestHooksRefsOnSeeds(BaseHooksRefsOnSeeds):
    pass


class TestDuplicateHooksInConfigs(BaseDuplicateHooksInConfigs):
    pass


class TestPrePostRunHooks(BasePrePostRunHooks):
    @pytest.fixture
    def setUp(self, project, monkeypatch):
        write_log(project, "on_run_hook")
        for table in ("schemas", "db_schemas"):
            project.run_sql(f"drop table if exists {project.test_schema}.{table}")
        monkeypatch.setenv("TERM_TEST", "TESTING")

    @pytest.fixture(scope="class")
    def macros(self):
        return {
            "hook.sql": fixtures.macros__hook,
            "before-and-after.sql": fixtures.macros__before_and_after,
        }

    @pytest.fixture(scope="class")
    def project_config_update(self):
        schema = "{{ target.schema }}"
        return {
            # a drop before its create would be an error
            "on-run-start": [
                "{{ custom_run_hook('start', target, run_started_at, invocation_id) }}",
                f"create table {schema}.start_hook_order_test (id int) using parquet",
                f"drop table {schema}.start_hook_order_test",
                "{{ log(env_var('TERM_TEST'), info=True) }}",
            ],
            "on-run-end": [
                "{{ custom_run_hook('end', target, run_started_at, invocation_id) }}",
                f"create table {schema}.end_hook_order_test (id int) using parquet",
                f"drop table {schema}.end_hook_order_test",
                f"create table {schema}.schemas using parquet as "
                "select explode(array({% for s in schemas %}'{{ s }}'"
                "{{ ', ' if not loop.last }}{% endfor %})) as schema",
                f"create table {schema}.db_schemas using parquet as "
                "select explode(array({% for _, s in database_schemas %}'{{ s }}'"
                "{{ ', ' if not loop.last }}{% endfor %})) as schema",
            ],
            "seeds": {"quote_columns": False},
        }

    def assert_used_schemas(self, project):
        for table in ("schemas", "db_schemas"):
            rows = project.run_sql(f"select * from {project.test_schema}.{table}", fetch="all")
            assert rows == [(project.test_schema,)]

    def check_hooks(self, state, project, host):
        (row,) = read_log(project, "on_run_hook", state)
        check_row(row, project)
        assert row["thread_id"].startswith("Thread-") or row["thread_id"] == "MainThread"


class TestAfterRunHooks(BaseAfterRunHooks):
    pass
