"""Contracts, and `not null` as it is enforced."""

from __future__ import annotations

import pytest
from dbt.tests.adapter.constraints import fixtures
from dbt.tests.adapter.constraints.test_constraints import (
    BaseConstraintsRollback,
    BaseIncrementalConstraintsColumnsEqual,
    BaseIncrementalConstraintsRollback,
    BaseIncrementalForeignKeyConstraint,
    BaseTableConstraintsColumnsEqual,
    BaseViewConstraintsColumnsEqual,
)
from dbt.tests.util import run_dbt, run_dbt_and_capture, write_file

SCHEMA = fixtures.model_schema_yml.replace("data_type: text", "data_type: string")


class SparkTypes:
    """The package's types are Postgres's, and its messages those of dbt's own comparison."""

    @pytest.fixture(autouse=True)
    def whole_schema(self, project):
        """What the tests of data types put in its place, they leave."""
        write_file(SCHEMA, "models", "constraints_schema.yml")

    @pytest.fixture
    def string_type(self):
        return "string"

    @pytest.fixture
    def int_type(self):
        return "int"

    @pytest.fixture
    def data_types(self):
        # in SQL, in YAML, in the message
        return [
            ["1", "int", "int"],
            ["'1'", "string", "string"],
            ["true", "boolean", "boolean"],
            ["array('1', '2')", "array<string>", "array<string>"],
            ["array(1, 2)", "array<int>", "array<int>"],
            ["6.45", "decimal(3,2)", "decimal(3,2)"],
            ["date'2019-01-01'", "date", "date"],
            ["timestamp'2019-01-01 00:00:00'", "timestamp", "timestamp"],
        ]

    def test__constraints_wrong_column_names(self, project):
        _, said = run_dbt_and_capture(["run", "-s", "my_model_wrong_name"], expect_pass=False)
        assert "id: missing" in said
        assert "error: not declared" in said

    def test__constraints_wrong_column_data_types(self, project, data_types):
        for value, right, shown in data_types:
            wrong = "string" if right == "int" else "int"
            write_file(
                fixtures.my_model_data_type_sql.format(sql_value=value),
                "models",
                "my_model_data_type.sql",
            )
            write_file(
                fixtures.model_data_type_schema_yml.format(data_type=wrong),
                "models",
                "constraints_schema.yml",
            )
            (result,) = run_dbt(["run", "-s", "my_model_data_type"], expect_pass=False).results
            said = result.message.replace("[]", "").replace(" (element)", "")
            assert "wrong_data_type_column_name" in said
            assert f"declared {wrong}, got {shown.split('<')[0]}" in said


class TestTableConstraintsColumnsEqual(SparkTypes, BaseTableConstraintsColumnsEqual):
    @pytest.fixture(scope="class")
    def models(self):
        return {
            "my_model_wrong_order.sql": fixtures.my_model_wrong_order_sql,
            "my_model_wrong_name.sql": fixtures.my_model_wrong_name_sql,
            "constraints_schema.yml": SCHEMA,
        }


class TestViewConstraintsColumnsEqual(SparkTypes, BaseViewConstraintsColumnsEqual):
    @pytest.fixture(scope="class")
    def models(self):
        return {
            "my_model_wrong_order.sql": fixtures.my_model_view_wrong_order_sql,
            "my_model_wrong_name.sql": fixtures.my_model_view_wrong_name_sql,
            "constraints_schema.yml": SCHEMA,
        }


class TestIncrementalConstraintsColumnsEqual(SparkTypes, BaseIncrementalConstraintsColumnsEqual):
    @pytest.fixture(scope="class")
    def models(self):
        return {
            "my_model_wrong_order.sql": fixtures.my_model_incremental_wrong_order_sql,
            "my_model_wrong_name.sql": fixtures.my_model_incremental_wrong_name_sql,
            "constraints_schema.yml": SCHEMA,
        }


class TestConstraintsRollback(BaseConstraintsRollback):
    @pytest.fixture(scope="class")
    def models(self):
        return {"my_model.sql": fixtures.my_model_sql, "constraints_schema.yml": SCHEMA}

    @pytest.fixture(scope="class")
    def expected_error_messages(self):
        return ["[NOT_NULL_ASSERT_VIOLATION]"]


class TestIncrementalConstraintsRollback(BaseIncrementalConstraintsRollback):
    @pytest.fixture(scope="class")
    def models(self):
        return {
            "my_model.sql": fixtures.my_incremental_model_sql,
            "constraints_schema.yml": SCHEMA,
        }

    @pytest.fixture(scope="class")
    def expected_error_messages(self):
        return ["[NOT_NULL_ASSERT_VIOLATION]"]


class TestIncrementalForeignKeyConstraint(BaseIncrementalForeignKeyConstraint):
    pass
