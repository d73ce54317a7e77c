"""Seeds copied through every materialization."""

from __future__ import annotations

import pytest
from dbt.tests.adapter.simple_copy.test_copy_uppercase import BaseSimpleCopyUppercase
from dbt.tests.adapter.simple_copy.test_simple_copy import EmptyModelsArentRunBase, SimpleCopyBase
from target import spark_target


class TestSimpleCopy(SimpleCopyBase):
    test_simple_copy_with_materialized_views = None


class TestEmptyModelsArentRun(EmptyModelsArentRunBase):
    @pytest.fixture(scope="class")
    def project(self, project):
        """With the listing of Spark, which has no information_schema."""

        def tables() -> dict[str, str]:
            rows = project.run_sql(f"show tables in {project.test_schema}", fetch="all")
            return {row[1]: "table" for row in rows}

        project.get_tables_in_schema = tables
        return project


class TestSimpleCopyUppercase(BaseSimpleCopyUppercase):
    @pytest.fixture(scope="class")
    def dbt_profile_target(self, warehouse):
        return spark_target(warehouse)
