"""Models under other names."""

from __future__ import annotations

import pytest
from dbt.tests.adapter.aliases import fixtures
from dbt.tests.adapter.aliases.test_aliases import (
    BaseAliasErrors,
    BaseAliases,
    BaseSameAliasDifferentDatabases,
    BaseSameAliasDifferentSchemas,
)


class SparkLiterals:
    """The package's own macro writes a literal as `'...'::text`."""

    @pytest.fixture(scope="class")
    def macros(self):
        return {
            "cast.sql": fixtures.MACROS__CAST_SQL.replace("::text", ""),
            "expect_value.sql": fixtures.MACROS__EXPECT_VALUE_SQL,
        }


class TestAliases(SparkLiterals, BaseAliases):
    pass


class TestAliasErrors(SparkLiterals, BaseAliasErrors):
    pass


class TestSameAliasDifferentSchemas(SparkLiterals, BaseSameAliasDifferentSchemas):
    pass


class TestSameAliasDifferentDatabases(SparkLiterals, BaseSameAliasDifferentDatabases):
    pass
