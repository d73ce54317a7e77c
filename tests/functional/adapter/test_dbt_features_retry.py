"""`dbt retry` and `--fail-fast`: what failed is built, what was built stays."""

from __future__ import annotations

import pytest

TABLE = "{{{{ config(materialized='table') }}}} select {0} as x from {1}"


@pytest.fixture
def project(make_project):
    return make_project(
        {
            "models/good.sql": TABLE.format("1", "range(1)"),
            "models/bad.sql": TABLE.format("1 / id", "range(1)"),
            "models/below.sql": TABLE.format("x", "{{ ref('bad') }}"),
        }
    )


def test_retry_builds_what_failed_and_what_was_skipped(project, run_dbt, query, messages) -> None:
    failed = run_dbt(project, "build", ok=False)
    assert "[DIVIDE_BY_ZERO]" in messages(failed)["bad"]
    project.write({"models/bad.sql": TABLE.format("7", "range(1)")})
    retried = run_dbt(project, "retry")
    assert set(messages(retried)) == {"bad", "below"}
    assert query(f"select x from {project.name}.below") == [(7,)]


def test_fail_fast_skips_what_had_not_begun(project, run_dbt) -> None:
    result = run_dbt(
        project, "build", "--fail-fast", "--threads", "1", "--select", "bad", "below", ok=False
    )
    statuses = {one.node.name: str(one.status) for one in result.result.results}
    assert statuses == {"bad": "error", "below": "skipped"}
