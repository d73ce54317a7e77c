"""Boosted trees by LightGBM: `lambdarank`, `sampled_lambdarank`, `rank_xendcg`, `pointwise`."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from dmc12.dataset import Dataset, forget
from dmc12.trainers.base import Floats, Importance, Params, checked, envelope
from dmc12.trainers.binning import BINNING_SEED, binned
from dmc12.trainers.library import library
from dmc12.trainers.ndcg import Ndcg
from dmc12.trainers.sampled_lambdarank import SampledLambdarank

if TYPE_CHECKING:
    import lightgbm

KIND = "lightgbm"
MAX_ITEMS_PER_CONTEXT = 10_000  # LightGBM's own limit on a query
MAX_RANKS = 1 << 24  # of what a context's items stand for; their discounts are a table
DEFAULT_LABELS = 31  # LightGBM's label_gain, 2^label - 1, ends with label 30

Share = Annotated[float, Field(gt=0, le=1)]
NotNegative = Annotated[float, Field(ge=0)]
Count = Annotated[int, Field(ge=1)]
Weights = Literal["none", "item", "inverse_probability", "both"]


class OneClassError(ValueError):
    """Labels that tell nothing apart; those of other contexts may."""


class BoostingParams(Params):
    """Parameters of all boosted trainers: LightGBM's names, meanings and defaults, but for three.

    `early_stopping_rounds` stops when NDCG@10 on the validation contexts (linear gain, ties in
    expectation) has not risen for so many rounds, and keeps the best round. `weights` says what an
    item counts by: 1, its weight, 1 / the inclusion probability of its context, or both multiplied.
    `seed` seeds all but the sample of rows that bins are made of, which all sets share.
    """

    num_boost_round: Count = 100
    early_stopping_rounds: Count | None = None
    weights: Weights = "none"
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 12
    learning_rate: Annotated[float, Field(gt=0)] = 0.1
    num_leaves: Annotated[int, Field(ge=2, le=131_072)] = 31
    max_depth: int = -1
    min_data_in_leaf: Annotated[int, Field(ge=0)] = 20
    min_sum_hessian_in_leaf: NotNegative = 1e-3
    max_bin: Annotated[int, Field(ge=2, le=65_535)] = 255
    min_data_in_bin: Count = 3
    bin_construct_sample_cnt: Count = 200_000
    feature_fraction: Share = 1.0
    feature_fraction_bynode: Share = 1.0
    bagging_fraction: Share = 1.0
    bagging_freq: Annotated[int, Field(ge=0)] = 0
    lambda_l1: NotNegative = 0.0
    lambda_l2: NotNegative = 0.0
    min_gain_to_split: NotNegative = 0.0
    max_delta_step: NotNegative = 0.0
    path_smooth: NotNegative = 0.0
    extra_trees: bool = False


class RankXendcgParams(BoostingParams):
    """`bagging_by_query` draws whole contexts."""

    bagging_by_query: bool = False


class LambdarankParams(RankXendcgParams):
    """`label_gain`: `exponential` (2^label - 1), `linear` (label), or each label's from 0 on."""

    label_gain: (
        Literal["exponential", "linear"] | Annotated[list[NotNegative], Field(min_length=2)]
    ) = "exponential"
    lambdarank_truncation_level: Count = 30
    lambdarank_norm: bool = True

    def gains(self) -> list[float] | None:
        """Return the gain of each label from 0 on; None for LightGBM's own, the exponential."""
        if self.label_gain == "exponential":
            return None
        if self.label_gain == "linear":
            return [float(label) for label in range(DEFAULT_LABELS)]
        assert isinstance(self.label_gain, list)
        return self.label_gain


class SampledLambdarankParams(LambdarankParams):
    """`weights` is `item` by default: what an item stands for is the point of this trainer."""

    weights: Weights = "item"


class PointwiseParams(BoostingParams):
    """`scale_pos_weight` multiplies the weight of positive items."""

    scale_pos_weight: Annotated[float, Field(gt=0)] = 1.0
    boost_from_average: bool = True


@dataclass(frozen=True)
class LightgbmScorer:
    """Scores by the sum of the trees' leaves (raw, so no two scores meet in a sigmoid's limit).

    `validation_curve` is the validation NDCG@10 after each round, where training looked at it; the
    text does not hold it.
    """

    features: tuple[str, ...]
    booster_text: str
    validation_curve: tuple[float, ...] = field(default=(), compare=False)

    @cached_property
    def _booster(self) -> "lightgbm.Booster":
        return library().Booster(model_str=self.booster_text)

    @property
    def best_iteration(self) -> int:
        """Number of boosting rounds kept."""
        return int(self._booster.current_iteration())

    def score(self, features: Floats, *, threads: int = 1) -> Floats:
        """Return the raw scores of n x f features."""
        checked(features, self.features)
        if not len(features):
            return np.empty(0)
        scores = self._booster.predict(features, raw_score=True, num_threads=threads)
        return np.asarray(scores, dtype=np.float64)

    def to_text(self) -> str:
        """Return the text: LightGBM's own within JSON."""
        return envelope(KIND, self.features, booster=self.booster_text)

    def importances(self) -> list[Importance]:
        """Return each feature's total gain and number of splits, in the features' order."""
        gain = self._booster.feature_importance("gain")
        split = self._booster.feature_importance("split")
        return [
            Importance(name, float(gain[place]), int(split[place]))
            for place, name in enumerate(self.features)
        ]


def from_document(document: dict[str, Any]) -> LightgbmScorer:
    """Read a scorer back from its text's JSON, whose SHA-256 has been checked."""
    return LightgbmScorer(tuple(document["features"]), document["booster"])


@dataclass(frozen=True)
class LightgbmTrainer:
    """Boosts trees under one of LightGBM's objectives."""

    name: str
    objective: str
    params: type[Params]

    def fit(
        self,
        dataset: Dataset,
        params: BoostingParams,
        *,
        validation: Dataset | None = None,
        threads: int = 1,
    ) -> LightgbmScorer:
        """Train on all contexts of `dataset`; stop early by those of `validation` if asked to."""
        lightgbm = library()
        self._check(dataset, params)
        settings = self._settings(params, threads)
        train = self._lightgbm_dataset(dataset, settings, params)
        curve: list[float] = []
        stopping: dict[str, Any] = {}
        if params.early_stopping_rounds is not None:
            ndcg = stopping_ndcg(validation)
            assert validation is not None

            def measure(scores: Floats, _: object) -> tuple[str, float, bool]:
                curve.append(ndcg(scores))
                return "ndcg_at_10", curve[-1], True

            stopping = {
                "valid_sets": [self._lightgbm_dataset(validation, settings, params, train)],
                "feval": measure,
                "callbacks": [lightgbm.early_stopping(params.early_stopping_rounds, verbose=False)],
            }
        if isinstance(params, SampledLambdarankParams):
            settings = settings | {"objective": _sampled_lambdarank(dataset, params)}
        booster = lightgbm.train(settings, train, params.num_boost_round, **stopping)
        text = booster.model_to_string(num_iteration=booster.best_iteration or -1)
        return LightgbmScorer(
            tuple(dataset.feature_names), _without_threads(text), validation_curve=tuple(curve)
        )

    def _settings(self, params: BoostingParams, threads: int) -> dict[str, Any]:
        """Return LightGBM's parameters."""
        own = {"num_boost_round", "early_stopping_rounds", "weights", "label_gain"}
        gains = params.gains() if isinstance(params, LambdarankParams) else None
        return {
            **params.model_dump(exclude=own),
            **({} if gains is None else {"label_gain": gains}),
            "objective": self.objective,
            "metric": "None",
            "deterministic": True,
            "force_row_wise": True,
            # bins depend on the data and three parameters alone, so that sets share them
            "feature_pre_filter": False,
            "data_random_seed": BINNING_SEED,
            "num_threads": threads,
            "verbosity": -1,
        }

    def _lightgbm_dataset(
        self,
        dataset: Dataset,
        settings: dict[str, Any],
        params: BoostingParams,
        reference: "lightgbm.Dataset | None" = None,
    ) -> "lightgbm.Dataset":
        """Bin the columns and say what counts."""
        lightgbm_dataset = binned(dataset, settings, reference)
        pointwise = self.objective == "binary"
        lightgbm_dataset.set_label(
            (dataset.labels > 0).astype(np.float64) if pointwise else dataset.labels
        )
        lightgbm_dataset.set_group(dataset.group_sizes)
        # gradients of our own have the weights in
        if reference is None and not isinstance(params, SampledLambdarankParams):
            lightgbm_dataset.set_weight(dataset.counted_by(params.weights))
        return lightgbm_dataset

    def _check(self, dataset: Dataset, params: BoostingParams) -> None:
        """Raise ValueError, naming the cause, for data that LightGBM would refuse or misuse."""
        if not dataset.n_items:
            raise ValueError("the training split is empty")
        if not dataset.columns:
            raise ValueError("there is no feature to train on")
        _check_finite(dataset)
        if (dataset.labels < 0).any():
            raise ValueError(f"label {dataset.labels.min()} is negative")
        if not (dataset.labels > 0).any():
            raise OneClassError("no training item has a positive label")
        weights = dataset.counted_by(params.weights)
        if isinstance(params, SampledLambdarankParams) and weights is not None:
            _check_stands_for(weights, dataset.group_sizes)
        if self.objective == "binary":
            if (dataset.labels > 0).all():
                raise OneClassError("every training item has a positive label: only one class")
        else:
            _check_ranking(
                dataset, params.gains() if isinstance(params, LambdarankParams) else None
            )


def _sampled_lambdarank(dataset: Dataset, params: SampledLambdarankParams) -> SampledLambdarank:
    """Return the gradients in which each item stands for as many as it weighs."""
    weights = dataset.counted_by(params.weights)
    return SampledLambdarank(
        dataset.labels,
        np.ones(dataset.n_items) if weights is None else weights,
        dataset.group_sizes,
        truncation_level=params.lambdarank_truncation_level,
        norm=params.lambdarank_norm,
        label_gain=params.gains(),
    )


def _check_stands_for(weights: Floats, group_sizes: NDArray[np.int64]) -> None:
    """Raise ValueError for weights that cannot be the items that each item stands for."""
    if not (weights > 0).all():
        raise ValueError(f"weight {weights.min():g}: what an item stands for must be above 0")
    first = np.cumsum(group_sizes) - group_sizes
    ranks = np.add.reduceat(weights, first) / np.minimum.reduceat(weights, first)
    if ranks.max() > MAX_RANKS:
        raise ValueError(
            f"a context's weights make {ranks.max():,.0f} ranks of its lightest item's, and "
            f"sampled_lambdarank ranks at most {MAX_RANKS:,}; use trainer lambdarank"
        )


def _check_ranking(dataset: Dataset, label_gain: list[float] | None) -> None:
    """Raise ValueError for what LightGBM's ranking objectives cannot take."""
    labels = dataset.labels
    fractional = labels != np.floor(labels)
    if fractional.any():
        raise ValueError(
            f"label {labels[int(np.argmax(fractional))]} is not integral, as ranking objectives "
            "need; set label_thresholds, or use trainer pointwise"
        )
    n_gains = DEFAULT_LABELS if label_gain is None else len(label_gain)
    if labels.max() >= n_gains:
        raise ValueError(f"label {labels.max():g} has no gain: gains go up to label {n_gains - 1}")
    largest = int(dataset.group_sizes.max())
    if largest > MAX_ITEMS_PER_CONTEXT:
        raise ValueError(
            f"a context has {largest:,} items, and LightGBM ranks at most "
            f"{MAX_ITEMS_PER_CONTEXT:,}; sample negatives, or use trainer pointwise"
        )
    first = np.cumsum(dataset.group_sizes) - dataset.group_sizes
    if (np.maximum.reduceat(labels, first) == np.minimum.reduceat(labels, first)).all():
        raise OneClassError("no context has items of different labels: only one class")


def _check_finite(dataset: Dataset) -> None:
    """Raise ValueError for the first column with a NaN or an infinity."""
    columns = {f"feature {name}": column for name, column in dataset.columns.items()}
    for what, column in {
        **columns, "a label": dataset.labels, "a weight": dataset.weights
    }.items():  # fmt: skip
        wrong = ~np.isfinite(column)
        forget(column)
        if wrong.any():
            raise ValueError(f"{what} is {column[int(np.argmax(wrong))]}: must be finite")


def stopping_ndcg(validation: Dataset | None) -> Ndcg:
    """Return the measure that stops training early."""
    if validation is None or not validation.n_items:
        raise ValueError("early_stopping_rounds is set, but the validation split is empty")
    _check_finite(validation)
    ndcg = Ndcg(validation.labels, validation.group_sizes)
    if not ndcg.n_contexts:
        raise ValueError(
            "early_stopping_rounds is set, but no validation item has a positive label"
        )
    return ndcg


def _without_threads(booster_text: str) -> str:
    """Leave out the number of threads: it is the machine's, and must not move a ranker's bytes."""
    lines = booster_text.split("\n")
    return "\n".join(line for line in lines if not line.startswith("[num_threads:"))


LAMBDARANK = LightgbmTrainer("lambdarank", "lambdarank", LambdarankParams)
SAMPLED_LAMBDARANK = LightgbmTrainer("sampled_lambdarank", "lambdarank", SampledLambdarankParams)
RANK_XENDCG = LightgbmTrainer("rank_xendcg", "rank_xendcg", RankXendcgParams)
POINTWISE = LightgbmTrainer("pointwise", "binary", PointwiseParams)
