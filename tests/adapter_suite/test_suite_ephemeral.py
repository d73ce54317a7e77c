"""Models that are only ever part of others' SQL."""

from __future__ import annotations

from pathlib import Path

from dbt.tests.adapter.ephemeral.test_ephemeral import (
    BaseEphemeralErrorHandling,
    BaseEphemeralMulti,
    BaseEphemeralNested,
)
from dbt.tests.util import check_relations_equal, run_dbt


def compiled(model: str) -> str:
    """The SQL that was compiled for a model, without blanks."""
    path = Path("target/compiled/test/models") / f"{model}.sql"
    return "".join(path.read_text(encoding="utf-8").split())


class TestEphemeralMulti(BaseEphemeralMulti):
    def test_ephemeral_multi(self, project):
        run_dbt(["seed"])
        assert len(run_dbt(["run"])) == 3
        for model in ("dependent", "double_dependent", "super_dependent"):
            check_relations_equal(project.adapter, ["seed", model])
        assert compiled("double_dependent").startswith(
            f"with__dbt__cte__baseas(select*from{project.test_schema}.seed),"
            "__dbt__cte__base_copyas(select*from__dbt__cte__base)"
        )


class TestEphemeralNested(BaseEphemeralNested):
    def test_ephemeral_nested(self, project):
        assert len(run_dbt(["run"])) == 2
        assert compiled("root_view") == (
            "with__dbt__cte__ephemeral_level_twoas("
            f"select*from{project.test_schema}.source_table),"
            "__dbt__cte__ephemeralas(select*from__dbt__cte__ephemeral_level_two)"
            "select*from__dbt__cte__ephemeral"
        )


class TestEphemeralErrorHandling(BaseEphemeralErrorHandling):
    pass
