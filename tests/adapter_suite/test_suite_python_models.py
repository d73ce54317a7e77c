"""Models in Python."""

from __future__ import annotations

import pytest
from dbt.tests.adapter.python_model.test_python_model import (
    BasePythonEmptyTests,
    BasePythonIncrementalTests,
    BasePythonMetaGetTests,
    BasePythonModelTests,
    BasePythonSampleTests,
    incremental_python,
    m_1,
)
from dbt.tests.adapter.python_model.test_spark import (
    PANDAS_MODEL,
    PANDAS_ON_SPARK_MODEL,
    PYSPARK_MODEL,
    BasePySparkTests,
)

ARROW_MODEL = """
import pyarrow as pa

def model(dbt, session):
    dbt.config(materialized="table")
    return pa.table({"City": ["Bogota"], "Latitude": [4.60]})
"""
# dbt-spark's table, which a test may insert into; a published one only takes whole versions
PLAIN_TABLE = """
{% materialization plain_table, adapter='sparksession' %}
    {{ return(context['materialization_table_spark']()) }}
{% endmaterialization %}
"""


class TestPythonModels(BasePythonModelTests):
    pass


class TestPySpark(BasePySparkTests):
    """With pyarrow for Koalas, which pandas on Spark has replaced."""

    @pytest.fixture(scope="class")
    def models(self):
        return {
            "pandas_df.py": PANDAS_MODEL,
            "pyspark_df.py": PYSPARK_MODEL,
            "pandas_on_spark_df.py": PANDAS_ON_SPARK_MODEL,
            "arrow_table.py": ARROW_MODEL,
        }


class TestPythonIncremental(BasePythonIncrementalTests):
    @pytest.fixture(scope="class")
    def project_config_update(self):
        return {"models": {"+incremental_strategy": "append"}}

    @pytest.fixture(scope="class")
    def macros(self):
        return {"plain_table.sql": PLAIN_TABLE}

    @pytest.fixture(scope="class")
    def models(self):
        return {
            "m_1.sql": m_1.replace("'table'", "'plain_table'"),
            # without a merge, a run must not read again what the table has
            "incremental.py": incremental_python.replace(
                "df.id > 5", "df.id > session.table(str(dbt.this)).agg({'id': 'max'}).first()[0]"
            ),
        }


class TestPythonMetaGet(BasePythonMetaGetTests):
    pass


class TestPythonEmpty(BasePythonEmptyTests):
    pass


class TestPythonSample(BasePythonSampleTests):
    pass
