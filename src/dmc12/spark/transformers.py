"""Featuriser and rankers as Spark ML's transformers, for pipelines in a notebook.

Thin faces: what they give are the rows of `dmc12_featurized` and `dmc12_scored`, byte for byte.
"""

import json
from collections.abc import Mapping
from typing import Any

from pyspark.ml import Transformer
from pyspark.ml.param import Param, Params, TypeConverters
from pyspark.ml.util import DefaultParamsReadable, DefaultParamsWritable
from pyspark.sql import DataFrame

from dmc12.knobs import Knobs, check
from dmc12.spark.features import featurize
from dmc12.spark.lookups import Lookups
from dmc12.spark.scoring import score

REGISTRY = "ranker string, status string, error string, text string, text_sha256 string"
_COLUMNS = [field.split()[0] for field in REGISTRY.split(", ")]


def _plain(value: Any) -> Any:
    """Give knobs the form that JSON keeps: a date becomes its text."""
    return json.loads(json.dumps(value, default=str))


class _Face(Transformer, DefaultParamsReadable, DefaultParamsWritable):  # type: ignore[misc]
    """What both faces have: the knobs, and save and load by their params."""

    knobs = Param(
        Params._dummy(), "knobs", "the project's knobs: vars.dmc12 of dbt_project.yml", _plain
    )

    def __init__(self, **params: Any) -> None:
        super().__init__()
        self._set(**{name: value for name, value in params.items() if value is not None})

    def _param(self, name: str) -> Any:
        """Return a param's value; raise ValueError if it has none."""
        if not self.isDefined(name):
            raise ValueError(f"{type(self).__name__}: {name} is not set")
        return self.getOrDefault(name)

    def _knobs(self) -> Knobs:
        """Return the checked knobs."""
        return check(self._param("knobs"))


class Featurizer(_Face):
    """Gives the items of `dmc12_labeled` their features.

    `schema` is where the tables lie that features are made of. They are not saved with it: features
    are made as of each context, by what the tables know when the pipeline runs.
    """

    schema = Param(
        Params._dummy(), "schema", "the schema of the built tables", TypeConverters.toString
    )

    def __init__(
        self, *, knobs: Mapping[str, Any] | None = None, schema: str | None = None
    ) -> None:
        super().__init__(knobs=knobs, schema=schema)

    def _transform(self, dataset: DataFrame) -> DataFrame:
        """Return the contexts, their items with features."""

        def table(name: str) -> DataFrame:
            return dataset.sparkSession.table(f"{self._param('schema')}.{name}")

        return featurize(
            dataset,
            history=table("profile_history"),
            lookups=Lookups(
                titles=table("titles"),
                popularity=table("title_popularity_daily"),
                coplays=table("title_coplays"),
                factors=table("title_factors"),
                completeness=table("fact_completeness_daily"),
                earlier_ranker=table("earlier_ranker"),
            ),
            knobs=self._knobs(),
        )


class RankerScorer(_Face):
    """Gives the items of `dmc12_featurized` the scores of the declared rankers.

    Contexts of other splits than the knob `scored_splits` are left out, as in `dmc12_scored`. The
    rankers' texts are saved with it: what is loaded scores as what was saved.
    """

    rankers = Param(Params._dummy(), "rankers", "the rows of the registry", TypeConverters.toList)

    def __init__(
        self, *, knobs: Mapping[str, Any] | None = None, rankers: DataFrame | None = None
    ) -> None:
        rows = None if rankers is None else rankers.select(_COLUMNS).orderBy("ranker").collect()
        super().__init__(
            knobs=knobs, rankers=None if rows is None else [row.asDict() for row in rows]
        )

    def _transform(self, dataset: DataFrame) -> DataFrame:
        """Return the contexts, their items with scores."""
        registry = dataset.sparkSession.createDataFrame(self._param("rankers"), REGISTRY)
        return score(dataset, registry, self._knobs())
