"""dbt's cache of relations."""

from __future__ import annotations

from dbt.tests.adapter.caching.test_caching import (
    BaseCachingLowercaseModel,
    BaseCachingSelectedSchemaOnly,
    BaseCachingUppercaseModel,
    BaseNoPopulateCache,
)
from dbt.tests.util import run_dbt


class WithoutDatabase:
    """The package's own helper compares the names of databases, which Spark has not."""

    def run_and_inspect_cache(self, project, run_args=None):
        built = self.cached_after(run_args, project)
        listed = self.cached_after(run_args, project)
        assert built == listed
        assert built[0] == project.test_schema

    def cached_after(self, run_args, project):
        run_dbt(run_args)
        (relation,) = project.adapter.cache.relations
        return relation.schema, relation.identifier.lower()


class TestCachingLowercaseModel(WithoutDatabase, BaseCachingLowercaseModel):
    pass


class TestCachingUppercaseModel(WithoutDatabase, BaseCachingUppercaseModel):
    pass


class TestCachingSelectedSchemaOnly(WithoutDatabase, BaseCachingSelectedSchemaOnly):
    pass


class TestNoPopulateCache(WithoutDatabase, BaseNoPopulateCache):
    pass
