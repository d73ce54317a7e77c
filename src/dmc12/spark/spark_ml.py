"""Train rankers by Spark ML, and take them out of Spark at once."""

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pyspark.ml.classification import LogisticRegression
from pyspark.ml.functions import array_to_vector
from pyspark.ml.regression import GBTRegressor
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F  # noqa: N812 - Spark's own convention

from dmc12.dataset import read_dataset
from dmc12.spark.frames import Batches, one_task
from dmc12.trainers.linear import LinearScorer, LogisticParams
from dmc12.trainers.trees import BoostedRegressorParams, TreesScorer, from_debug_string
from dmc12.training import entry_of, said

if TYPE_CHECKING:
    from dmc12.spark.training import Work
    from dmc12.sweep import Job

KEY = ("context_at", "profile_id", "show_title_id")


def fit_by_spark_ml(jobs: Sequence["Job"], work: "Work") -> dict[str, str]:
    """Fit set after set by Spark ML; return the errors of those that failed."""
    errors = {}
    for job in jobs:
        started = time.perf_counter()
        try:
            scorer = fit_spark_ml(work.featurized, job.one.features, job.one.params)  # type: ignore[arg-type]
            _enter(job, scorer, work, time.perf_counter() - started)
        except Exception as error:  # noqa: BLE001 - one failing set is a row, no more
            errors[job.key] = said(job.one, error)
    return errors


def _enter(job: "Job", scorer: LinearScorer | TreesScorer, work: "Work", seconds: float) -> None:
    """Validate a scorer in a task, which reads the files itself, and put it into the store."""
    one, files, store, key = job.one, work.files, work.store, job.key

    def enter(batches: Batches) -> Batches:
        for batch in batches:
            train = read_dataset(files, "train", ())
            validation = read_dataset(files, "validation", one.features)
            started = time.perf_counter() - seconds
            store.put(key, entry_of(one, scorer, train, validation, threads=1, started=started))
            yield batch

    one_task(work.session).mapInArrow(enter, "id bigint").collect()


def fit_spark_ml(
    featurized: DataFrame,
    features: Sequence[str],
    params: LogisticParams | BoostedRegressorParams,
) -> LinearScorer | TreesScorer:
    """Train on the items of the train contexts; return a scorer that needs no Spark.

    Items are exploded here alone in the library, once and with the wanted features alone: Spark ML
    knows flat rows only. They are put in order, by a sort, because Spark ML adds up in the order of
    its input: equal rows give equal texts however they lie. Raise ValueError, naming the cause, for
    data that cannot be trained on.
    """
    items = _train_items(featurized, features, params.n_partitions).persist()
    try:
        scales = _checked_scales(items, features, isinstance(params, LogisticParams))
        if isinstance(params, LogisticParams):
            return _fit_logistic(items, features, scales, params)
        return _fit_boosted(items, features, params)
    finally:
        items.unpersist()


def _train_items(featurized: DataFrame, features: Sequence[str], n_partitions: int) -> DataFrame:
    """Return a row an item, in order: label, weight, the features by name and as a vector."""
    fields = [
        "items.show_title_id",
        "items.label",
        "items.weight",
        *(f"items.features.{name}" for name in features),
    ]
    zipped = F.explode(F.arrays_zip(*fields)).alias("item")
    return (
        featurized.where("split = 'train'")
        .select("context_at", "profile_id", zipped)
        .select("context_at", "profile_id", "item.*")
        .toDF(*KEY, "label", "weight", *features)
        .withColumn("positive", F.expr("double(label > 0)"))
        .withColumn("vector", array_to_vector(F.array(*features)))
        .repartition(n_partitions, "context_at", "profile_id")
        .sortWithinPartitions(*KEY)
    )


def _checked_scales(
    items: DataFrame, features: Sequence[str], two_classes: bool
) -> tuple[float, ...]:
    """Return the features' standard deviations; raise ValueError for what Spark ML would misuse."""
    if not features:
        raise ValueError("there is no feature to train on")
    finite = ["label", "weight", *features]
    found = items.agg(
        F.count("*").alias("n_items"),
        F.sum("positive").alias("n_positive"),
        F.min("label").alias("least_label"),
        F.max("label").alias("most_label"),
        F.min("weight").alias("least_weight"),
        F.struct(*(F.count_if(~_is_finite(name)).alias(name) for name in finite)).alias("wrong"),
        F.struct(*(F.stddev_pop(name).alias(name) for name in features)).alias("scales"),
    ).first()
    fault = _fault(found, two_classes)
    if fault is not None:
        raise ValueError(fault)
    return tuple(found.scales)


def _is_finite(name: str) -> Column:
    """Tell whether a column is a number; Spark orders NaN above infinity."""
    return F.coalesce(F.abs(name) < F.lit(float("inf")), F.lit(False))


def _fault(found: Any, two_classes: bool) -> str | None:
    """Say why items cannot be trained on; None if they can."""
    if not found.n_items:
        return "the training split is empty"
    for name, wrong in found.wrong.asDict().items():
        if wrong:
            what = f"a {name}" if name in ("label", "weight") else f"feature {name}"
            return f"{what} of {wrong} training item(s) is not a number: must be finite"
    if found.least_label < 0:
        return f"label {found.least_label} is negative"
    if found.least_weight < 0:
        return f"weight {found.least_weight} is negative"
    if not found.n_positive:
        return "no training item has a positive label"
    if two_classes and found.n_positive == found.n_items:
        return "every training item has a positive label: only one class"
    if found.least_label == found.most_label:
        return f"every training item has label {found.least_label}: only one class"
    return None


def _fit_logistic(
    items: DataFrame, features: Sequence[str], scales: tuple[float, ...], params: LogisticParams
) -> LinearScorer:
    """Fit a logistic regression."""
    estimator = LogisticRegression(
        featuresCol="vector",
        labelCol="positive",
        family="binomial",
        maxIter=params.max_iter,
        regParam=params.reg_param,
        elasticNetParam=params.elastic_net_param,
        tol=params.tol,
    )
    if params.weights == "item":
        estimator.setWeightCol("weight")
    model = estimator.fit(items)
    coefficients = tuple(map(float, model.coefficients.toArray()))
    return LinearScorer(tuple(features), coefficients, scales, float(model.intercept))


def _fit_boosted(
    items: DataFrame, features: Sequence[str], params: BoostedRegressorParams
) -> TreesScorer:
    """Fit a boosted regressor."""
    estimator = GBTRegressor(
        featuresCol="vector",
        labelCol="label",
        maxIter=params.max_iter,
        maxDepth=params.max_depth,
        maxBins=params.max_bins,
        stepSize=params.step_size,
        minInstancesPerNode=params.min_instances_per_node,
        minInfoGain=params.min_info_gain,
        subsamplingRate=params.subsampling_rate,
        seed=params.seed,
    )
    if params.weights == "item":
        estimator.setWeightCol("weight")
    model = estimator.fit(items)
    trees, weights = from_debug_string(model.toDebugString)
    gains = tuple(map(float, model.featureImportances.toArray()))
    return TreesScorer(tuple(features), trees, weights, gains)
