"""The whole library as a pipeline of Spark ML: the rows of the built tables, saved and loaded."""

from pathlib import Path
from typing import Any

import pytest
from pyspark.ml import PipelineModel
from pyspark.sql import DataFrame

from dbt.adapters.sparksession.session import current_session
from dmc12.spark import Featurizer, RankerScorer


@pytest.fixture(scope="module")
def pipeline(small_world: str, small_vars: dict[str, Any]) -> PipelineModel:
    return PipelineModel(
        [
            Featurizer(knobs=small_vars, schema=small_world),
            RankerScorer(
                knobs=small_vars, rankers=current_session().table(f"{small_world}.rankers")
            ),
        ]
    )


def as_json(contexts: DataFrame) -> list[str]:
    return sorted(row[0] for row in contexts.selectExpr("to_json(struct(*))").collect())


def test_a_saved_and_loaded_pipeline_gives_the_rows_of_dmc12_scored(
    small_world: str, pipeline: PipelineModel, tmp_path: Path
) -> None:
    table = current_session().table
    pipeline.write().overwrite().save(str(tmp_path / "pipeline"))
    loaded = PipelineModel.load(str(tmp_path / "pipeline"))
    assert [type(stage) for stage in loaded.stages] == [Featurizer, RankerScorer]
    labeled, scored = table(f"{small_world}.dmc12_labeled"), table(f"{small_world}.dmc12_scored")
    found = loaded.transform(labeled)
    assert found.schema.simpleString() == scored.schema.simpleString()
    expected = as_json(scored)
    assert len(expected) > 100
    assert as_json(found) == expected


def test_the_featurizer_alone_gives_the_rows_of_dmc12_featurized(
    small_world: str, pipeline: PipelineModel
) -> None:
    table = current_session().table
    featurized = table(f"{small_world}.dmc12_featurized").where("split = 'test'")
    found = pipeline.stages[0].transform(
        table(f"{small_world}.dmc12_labeled").where("split = 'test'")
    )
    assert as_json(found) == as_json(featurized)


def test_what_is_not_set_is_named(small_world: str) -> None:
    labeled = current_session().table(f"{small_world}.dmc12_labeled")
    with pytest.raises(ValueError, match=r"^Featurizer: schema is not set"):
        Featurizer().transform(labeled)
    with pytest.raises(ValueError, match=r"^RankerScorer: rankers is not set"):
        RankerScorer().transform(labeled)
