"""Rankers trained by Spark ML score outside Spark as they do in it."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from pyspark.ml.classification import LogisticRegression
from pyspark.ml.functions import vector_to_array
from pyspark.ml.regression import GBTRegressor
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - Spark's own convention

from dbt.adapters.sparksession.session import current_session
from dmc12.knobs import knobs_of
from dmc12.spark import refits, spark_ml, train
from dmc12.spark.spark_ml import fit_spark_ml
from dmc12.trainers import scorer_from_text, text_sha256
from dmc12.trainers.linear import LogisticParams
from dmc12.trainers.trees import BoostedRegressorParams

FEATURES = ["own_plays", "title_plays", "title_plays_7d", "genre_affinity", "tenure_days"]
LOGISTIC = LogisticParams(max_iter=30, reg_param=0.001, weights="item")
BOOSTED = BoostedRegressorParams(max_iter=5, max_depth=4, subsampling_rate=0.7)
OUTPUT = {
    LogisticRegression: lambda: vector_to_array("rawPrediction")[1],
    GBTRegressor: lambda: F.col("prediction"),
}


@pytest.fixture(scope="module")
def featurized(small_world: str) -> DataFrame:
    return current_session().table(f"{small_world}.dmc12_featurized")


@pytest.mark.parametrize(
    ("estimator", "params"), [(LogisticRegression, LOGISTIC), (GBTRegressor, BOOSTED)]
)
def test_scores_are_spark_s_own_and_texts_depend_on_the_rows_alone(
    featurized: DataFrame, monkeypatch: pytest.MonkeyPatch, estimator: type, params: Any
) -> None:
    models = []
    fit = estimator.fit

    def kept(self: Any, items: DataFrame) -> Any:
        models.append(fit(self, items))
        return models[-1]

    monkeypatch.setattr(estimator, "fit", kept)
    scorer = fit_spark_ml(featurized, FEATURES, params)
    items = spark_ml._train_items(featurized, FEATURES, 1)
    scored = models[0].transform(items).select(*FEATURES, OUTPUT[estimator]().alias("score"))
    table = scored.toArrow()
    matrix = np.column_stack([table[name].to_numpy() for name in FEATURES])
    expected = table["score"].to_numpy()
    assert len(np.unique(expected)) > 50
    assert np.abs(scorer.score(matrix) - expected).max() < 1e-12

    text = scorer.to_text()
    assert np.array_equal(
        scorer_from_text(text, text_sha256(text)).score(matrix), scorer.score(matrix)
    )
    elsewhere = featurized.repartition(7, "context_at")
    assert fit_spark_ml(elsewhere, FEATURES, params).to_text() == text


def relabelled(label: str) -> Callable[[DataFrame], DataFrame]:
    item = (
        f"named_struct('show_title_id', i.show_title_id, 'label', {label}, 'weight', i.weight,"
        " 'features', i.features)"
    )
    return lambda contexts: contexts.withColumn("items", F.expr(f"transform(items, i -> {item})"))


@pytest.mark.parametrize(
    ("change", "params", "message"),
    [
        (
            lambda contexts: contexts.where("split = 'test'"),
            LOGISTIC,
            "the training split is empty",
        ),
        (relabelled("0D"), LOGISTIC, "no training item has a positive label"),
        (relabelled("1D"), LOGISTIC, "every training item has a positive label: only one class"),
        (relabelled("2D"), BOOSTED, "every training item has label 2.0: only one class"),
        (
            relabelled("double('nan')"),
            BOOSTED,
            r"a label of \d+ training item\(s\) is not a number",
        ),
        (relabelled("-1D"), BOOSTED, "label -1.0 is negative"),
    ],
)
def test_data_that_cannot_be_trained_on_is_refused_by_cause(
    featurized: DataFrame, change: Callable, params: Any, message: str
) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        fit_spark_ml(change(featurized), ["own_plays"], params)


STACKED = {
    "order": {"trainer": "feature", "params": {"feature": "own_plays"}},
    "linear": {
        "trainer": "logistic_regression",
        "features": ["own_plays", "title_plays"],
        "params": {"max_iter": 5},
    },
    "mixed": {"trainer": "blend", "params": {"of": ["linear", "order"], "weights": [3, 1]}},
    "stacked": {
        "trainer": "stack",
        "params": {"of": ["mixed", "order"], "folds": 3, "meta_params": {"num_boost_round": 5}},
    },
}
EARLIER = """
select * except (place) from (
    select *, row_number() over (order by context_at, profile_id) as place
    from {featurized} where split = 'train' and size(items) > 0
)
where place <= {n_contexts}
"""


def test_a_stack_has_spark_ml_train_its_bases_on_earlier_contexts_alone_and_once(
    small_world: str,
    featurized: DataFrame,
    small_vars: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    knobs = knobs_of(small_vars | {"rankers": STACKED, "control_ranker": "order"})
    texts = []

    def recorded(*arguments: Any) -> Any:
        scorer = fit_spark_ml(*arguments)
        texts.append(scorer.to_text())
        return scorer

    monkeypatch.setattr(refits, "fit_spark_ml", recorded)
    rows = {row.ranker: row for row in train(featurized, "stacked_spark_ml", knobs).collect()}
    assert [row.error for row in rows.values()] == [None] * len(STACKED)
    assert {each.feature for each in rows["stacked"].importances} == {"mixed", "order"}

    linear = STACKED["linear"]
    n_contexts = rows["linear"].n_train_contexts
    earlier = [
        current_session().sql(
            EARLIER.format(featurized=f"{small_world}.dmc12_featurized", n_contexts=length)
        )
        for length in (n_contexts // 3, n_contexts * 2 // 3)
    ]
    params = LogisticParams(**linear["params"])
    assert texts == [
        fit_spark_ml(contexts, linear["features"], params).to_text() for contexts in earlier
    ]
    assert len({*texts, rows["linear"].text}) == 3

    other_meta = STACKED | {"stacked": STACKED["stacked"] | {"grid": {"meta": ["pointwise"]}}}
    knobs = knobs_of(small_vars | {"rankers": other_meta, "control_ranker": "order"})
    again = train(featurized, "stacked_spark_ml", knobs).collect()
    assert {row.status for row in again} == {"trained"}
    assert len(texts) == 2  # another meta learner, the same bases


def test_a_stack_whose_base_cannot_be_trained_on_earlier_contexts_is_a_failed_row(
    featurized: DataFrame, small_vars: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: Any) -> Any:
        raise ValueError("no training item has a positive label")

    monkeypatch.setattr(refits, "fit_spark_ml", refused)
    knobs = knobs_of(small_vars | {"rankers": STACKED, "control_ranker": "order"})
    rows = {row.ranker: row for row in train(featurized, "failing_stack", knobs).collect()}
    assert [name for name, row in rows.items() if row.status == "failed"] == ["stacked"]
    first = rows["linear"].n_train_contexts // 3
    assert rows["stacked"].error == (
        f"ranker stacked: on the first {first} training contexts: ranker linear: no training item "
        "has a positive label"
    )
