"""The library's one door to Spark: DataFrames in, DataFrames out, all logic elsewhere.

Only the DataFrame API is used, so everything here runs over Spark Connect as well.
"""

from dmc12.spark.bundles import bundle, rank_online, release_bundle
from dmc12.spark.comparison import compare
from dmc12.spark.coplays import fit_coplays
from dmc12.spark.distributed import train_distributed
from dmc12.spark.factors import fit_factors
from dmc12.spark.features import featurize, find_earlier_ranker, manifest
from dmc12.spark.futures import featurize_perturbed
from dmc12.spark.lookups import Lookups
from dmc12.spark.measure import measure
from dmc12.spark.metric_sums import sum_metrics_by_tags
from dmc12.spark.negatives import draw_negatives, sample_evaluation_candidates, sample_negatives
from dmc12.spark.ranking import rank
from dmc12.spark.scoring import score
from dmc12.spark.spark_ml import fit_spark_ml
from dmc12.spark.statistics import feature_statistics
from dmc12.spark.strata import apportion
from dmc12.spark.training import train
from dmc12.spark.transformers import Featurizer, RankerScorer

__all__ = [
    "Featurizer",
    "Lookups",
    "RankerScorer",
    "apportion",
    "bundle",
    "compare",
    "draw_negatives",
    "feature_statistics",
    "featurize",
    "featurize_perturbed",
    "find_earlier_ranker",
    "fit_coplays",
    "fit_factors",
    "fit_spark_ml",
    "manifest",
    "measure",
    "rank",
    "rank_online",
    "release_bundle",
    "sample_evaluation_candidates",
    "sample_negatives",
    "score",
    "sum_metrics_by_tags",
    "train",
    "train_distributed",
]
