"""Seeds."""

from __future__ import annotations

from pathlib import Path

import pytest
from dbt.tests.adapter.simple_seed import fixtures, seeds
from dbt.tests.adapter.simple_seed.test_seed import (
    BaseBasicSeedTests,
    BaseSeedConfigFullRefreshOff,
    BaseSeedConfigFullRefreshOn,
    BaseSeedCustomSchema,
    BaseSeedParsing,
    BaseSeedSpecificFormats,
    BaseSeedWithEmptyDelimiter,
    BaseSeedWithUniqueDelimiter,
    BaseSimpleSeedEnabledViaConfig,
    BaseSimpleSeedWithBOM,
    BaseTestEmptySeed,
)
from dbt.tests.adapter.simple_seed.test_seed_type_override import BaseSimpleSeedColumnOverride

ROWS = seeds.seeds__expected_sql.split("VALUES", maxsplit=1)[1].strip().rstrip(";")


class Expected:
    """The table of the expected rows, in Spark's SQL."""

    @pytest.fixture(scope="class", autouse=True)
    def setUp(self, project):
        project.run_sql(
            f"create table {project.test_schema}.seed_expected using parquet as "
            "select seed_id, first_name, email, ip_address, cast(birthday as timestamp) as birthday"
            f" from values {ROWS} as rows(seed_id, first_name, email, ip_address, birthday)"
        )


class NoCascade(Expected):
    """A seed that is dropped takes no model with it: Spark's views are not bound to tables."""

    def _check_relation_end_state(self, run_result, project, exists):
        super()._check_relation_end_state(run_result, project, exists=True)


class TestBasicSeeds(NoCascade, BaseBasicSeedTests):
    pass


class TestSeedConfigFullRefreshOn(NoCascade, BaseSeedConfigFullRefreshOn):
    pass


class TestSeedConfigFullRefreshOff(Expected, BaseSeedConfigFullRefreshOff):
    pass


class TestSeedCustomSchema(Expected, BaseSeedCustomSchema):
    pass


class TestSeedWithUniqueDelimiter(Expected, BaseSeedWithUniqueDelimiter):
    pass


class TestSeedWithEmptyDelimiter(Expected, BaseSeedWithEmptyDelimiter):
    pass


class TestSeedParsing(Expected, BaseSeedParsing):
    pass


class TestSimpleSeedEnabledViaConfig(BaseSimpleSeedEnabledViaConfig):
    pass


class TestSimpleSeedWithBOM(Expected, BaseSimpleSeedWithBOM):
    @pytest.fixture(scope="class", autouse=True)
    def seed_bom(self, project):
        """The file that the package itself leaves to its user."""
        path = Path(project.project_root) / "seeds" / "seed_bom.csv"
        path.write_text(seeds.seed__actual_csv, encoding="utf-8-sig")


class TestSeedSpecificFormats(BaseSeedSpecificFormats):
    @pytest.fixture(scope="class")
    def seeds(self):
        """Without dots in the third one's name, which no metastore takes."""
        return {
            "big_seed.csv": "seed_id\n" + "".join(f"{i}\n" for i in range(20000)),
            "seed_with_dots.csv": seeds.seed__with_dots_csv,
            "seed_unicode.csv": seeds.seed__unicode_csv,
        }


class TestEmptySeed(BaseTestEmptySeed):
    pass


class TestSimpleSeedColumnOverride(BaseSimpleSeedColumnOverride):
    """With Spark's types; a seed's value is not cut to fit, so a birthday keeps its time."""

    @pytest.fixture(scope="class")
    def models(self):
        text = fixtures.properties__schema_yml
        for name, spark in (
            ("type: timestamp without time zone", "type: date"),
            ("type: date", "type: timestamp"),
            ("type: text", "type: string"),
            ("type: integer", "type: bigint"),
        ):
            text = text.replace(name, spark)
        return {"schema.yml": text}

    @staticmethod
    def seed_enabled_types():
        return {"seed_id": "string", "birthday": "timestamp"}

    @staticmethod
    def seed_tricky_types():
        return dict.fromkeys(("seed_id_str", "looks_like_a_bool", "looks_like_a_date"), "string")
