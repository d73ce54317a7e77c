"""The tables that encoders look up."""

from dataclasses import dataclass

from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - Spark's own convention

from dmc12.featurize import Sources
from dmc12.knobs import Knobs


@dataclass(frozen=True)
class Lookups:
    """The tables that encoders look up, as DataFrames; `earlier_ranker` if a feature needs it."""

    titles: DataFrame
    popularity: DataFrame
    coplays: DataFrame
    factors: DataFrame
    completeness: DataFrame
    earlier_ranker: DataFrame | None = None

    def sources(self, knobs: Knobs) -> Sources:
        """Name the tables' files, which each worker reads itself, once."""
        earlier_ranker = self.earlier_ranker if "earlier_score" in knobs.features else None
        return Sources(
            titles=tuple(self.titles.inputFiles()),
            popularity=tuple(self.popularity.inputFiles()),
            coplays=tuple(self.coplays.inputFiles()),
            factors=tuple(self.factors.inputFiles()),
            world=knobs.world,
            publish_delay_hours=knobs.publish_delay_hours,
            facts_from=self.completeness.agg(F.min("day")).first()[0],
            earlier_ranker=() if earlier_ranker is None else tuple(earlier_ranker.inputFiles()),
        )
