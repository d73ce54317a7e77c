"""Incremental models: by partition, by batch, and as the schema changes."""

from __future__ import annotations

import pytest
from dbt.tests.adapter.basic.test_incremental import BaseIncrementalBadStrategy
from dbt.tests.adapter.incremental.test_incremental_microbatch import (
    BaseMicrobatch,
    _microbatch_model_sql,
)
from dbt.tests.adapter.incremental.test_incremental_on_schema_change import (
    BaseIncrementalOnSchemaChange,
)
from dbt.tests.util import run_dbt


class TestIncrementalOnSchemaChange(BaseIncrementalOnSchemaChange):
    pass


class TestIncrementalBadStrategy(BaseIncrementalBadStrategy):
    def test_incremental_invalid_strategy(self, project):
        run_dbt(["seed"])
        (result,) = run_dbt(["run"], expect_pass=False).results
        assert "incremental_strategy bad_strategy is not supported" in result.message


class TestMicrobatch(BaseMicrobatch):
    @pytest.fixture(scope="class")
    def microbatch_model_sql(self):
        return _microbatch_model_sql.replace(
            "batch_size=", "partition_by='day', batch_size="
        ).replace("select *", "select *, cast(event_time as date) as day")

    @pytest.fixture(scope="class")
    def insert_two_rows_sql(self, project):
        """A published table is built anew rather than inserted into; this shows what would be."""
        days = "(1, '01'), (2, '02'), (3, '03'), (4, '04'), (5, '05')"
        return (
            f"alter view {project.test_schema}.input_model as "
            f"select id, cast('2020-01-' || day as timestamp) as event_time "
            f"from values {days} as days(id, day)"
        )
