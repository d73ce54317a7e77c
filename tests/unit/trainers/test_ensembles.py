from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import rankdata
from synthetic import DECLARED, FEATURES, contexts, write

from dmc12.dataset import Dataset, read_dataset
from dmc12.rankers import by_level, ranker_specs
from dmc12.refits import refits_of, wants_refits
from dmc12.sweep import Job
from dmc12.trainers import scorer_from_text
from dmc12.trainers.blend import BlendParams, BlendTrainer, mean_ranks
from dmc12.trainers.ensemble import Member
from dmc12.trainers.feature import FeatureParams, FeatureScorer
from dmc12.trainers.passes import Pass
from dmc12.trainers.stack import StackParams, StackTrainer
from dmc12.training import train_rankers

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Counting(FeatureScorer):
    """A scorer by one feature that says how often it scored."""

    scored: list[int] = field(default_factory=list, compare=False)

    def score(self, features: Any, *, threads: int = 1) -> Any:
        self.scored.append(len(features))
        return super().score(features)


@dataclass
class Recording:
    """A trainer that keeps what it was fitted on."""

    seen: list[Dataset]
    name: str = "recording"
    params: type = FeatureParams

    def fit(self, dataset: Dataset, params: Any, **_: Any) -> FeatureScorer:
        self.seen.append(dataset)
        return FeatureScorer((params.feature,))


def dataset(**columns: Sequence[float]) -> Dataset:
    n = len(next(iter(columns.values())))
    labels = np.arange(n) % 2.0
    arrays = {name: np.array(column, dtype=float) for name, column in columns.items()}
    return Dataset(arrays, labels, np.ones(n), np.full(n // 2, 2))


def member(feature: str, scorer: Any = None, trainer: Any = None) -> Member:
    return Member(
        f"by_{feature}",
        trainer,
        FeatureParams(feature=feature),
        (feature,),
        scorer or FeatureScorer((feature,)),
    )


def blend(validation: Dataset, **params: Any) -> Any:
    of = {"of": ["by_a", "by_b"], **params}
    empty = dataset(a=[], b=[])
    members = [member("a"), member("b")]
    return BlendTrainer().combine(members, empty, BlendParams(**of), validation)


def test_a_blend_by_score_is_the_weighted_mean_of_standardised_scores() -> None:
    items = dataset(a=[1, 3, 1, 3], b=[10, 20, 30, 40])
    scorer = blend(items, weights=[1, 3])
    found = scorer.score(np.column_stack(list(items.columns.values())))
    of_b = (items.columns["b"] - 25) / np.sqrt(125)
    assert found == pytest.approx([0.25 * one + 0.75 * two for one, two in
                                   zip([-1, 1, -1, 1], of_b, strict=True)])  # fmt: skip


def test_a_constant_base_moves_no_blend() -> None:
    items = dataset(a=[7, 7, 7, 7], b=[4, 3, 2, 1])
    found = blend(items).score(np.column_stack(list(items.columns.values())))
    assert np.argsort(-found).tolist() == [0, 1, 2, 3]


def test_a_blend_by_rank_is_the_mean_rank_within_the_context() -> None:
    scorer = blend(dataset(a=[], b=[]), by="rank")
    matrix = np.array([[5, 1], [4, 2], [4, 9], [100, 0], [1, 0]], dtype=float)
    found = scorer.score(matrix, group_sizes=np.array([3, 2]))
    assert found.tolist() == [-(1 + 3) / 2, -(2.5 + 2) / 2, -(2.5 + 1) / 2, -(1 + 1.5) / 2,
                              -(2 + 1.5) / 2]  # fmt: skip


@given(st.lists(st.lists(st.integers(-3, 3), max_size=6), max_size=6))
def test_mean_ranks_are_those_of_scipy_in_each_context(groups: list[list[int]]) -> None:
    scores = np.array([score for group in groups for score in group], dtype=float)
    found = mean_ranks(scores, np.array([len(group) for group in groups], dtype=np.int64))
    expected = [rank for group in groups if group for rank in rankdata([-s for s in group])]
    assert found.tolist() == expected


def test_equal_scorers_score_once_in_a_pass() -> None:
    a = Counting(("a",))
    twin = Counting(("a",), scored=a.scored)
    items = dataset(a=[1, 2], b=[3, 4])
    members = [member("a", twin), member("b")]
    mix = BlendTrainer().combine(members, items, BlendParams(of=["by_a", "by_b"], by="rank"), items)
    one = Pass(items.columns, items.group_sizes)
    one.score(a)
    one.score(mix)
    assert a.scored == [2]


def test_each_block_is_scored_by_bases_that_saw_earlier_blocks_alone() -> None:
    rng = np.random.default_rng(1)
    time = np.repeat(np.arange(12.0), 2)
    train = dataset(time=time, noise=rng.normal(size=24).tolist())
    seen: list[Dataset] = []
    members = [member("time", trainer=Recording(seen)), member("noise", trainer=Recording([]))]
    params = StackParams(
        of=["by_time", "by_noise"],
        folds=4,
        meta="pointwise",
        meta_params={"num_boost_round": 1, "min_data_in_leaf": 1},
    )
    scorer = StackTrainer().combine(members, train, params, train)
    assert [one.columns["time"].max() for one in seen] == [2, 5, 8]
    assert scorer.bases == tuple(one.scorer for one in members)


def test_what_was_trained_before_on_a_block_s_past_is_not_trained_again() -> None:
    train = dataset(a=np.arange(24.0).tolist(), b=np.arange(24.0).tolist())
    seen: list[Dataset] = []
    counting = {length: Counting(("a",)) for length in (4, 8)}
    before = replace(member("a", trainer=Recording(seen)), refits=counting)
    params = StackParams(of=["by_a", "by_b"], folds=3, meta="pointwise", meta_params={
        "num_boost_round": 1, "min_data_in_leaf": 1})  # fmt: skip
    StackTrainer().combine([before, member("b", trainer=Recording([]))], train, params, train)
    assert not seen
    assert [counting[length].scored for length in (4, 8)] == [[24, 8], [24, 8]]


def test_a_stack_wants_of_spark_ml_what_its_blocks_and_those_of_its_bases_need() -> None:
    declared = {
        "linear": {"trainer": "logistic_regression"},
        "plain": PLAIN,
        "mix": {"trainer": "blend", "params": {"of": ["linear", "plain"]}},
        "inner": {"trainer": "stack", "params": {"of": ["mix", "plain"], "folds": 3}},
        "outer": {"trainer": "stack", "params": {"of": ["inner", "linear"], "folds": 2}},
        "without": {"trainer": "stack", "params": {"of": ["plain", "mix"], "folds": 2}},
    }
    jobs: dict[str, Job] = {}
    for spec in ranker_specs(declared, FEATURES):
        bases = tuple(jobs[base] for base in spec.bases)
        jobs[spec.name] = Job(spec.sets[0], spec.name, bases)

    def wanted(name: str) -> list[tuple[str, int]]:
        return sorted((refit.base.key, refit.n_contexts) for refit in refits_of(jobs[name], 12))

    assert [wanted(name) for name in ("linear", "plain", "mix")] == [[], [], []]
    assert wanted("inner") == [("linear", 4), ("linear", 8)]
    # the inner one is trained again on 6, which it cuts at 2 and 4
    assert wanted("outer") == [("linear", length) for length in (2, 4, 6, 8)]
    assert [name for name in declared if wants_refits(jobs[name])] == ["inner", "outer", "without"]


def test_a_fold_that_cannot_be_trained_on_is_named() -> None:
    train = dataset(a=[1, 2, 3, 4], b=[1, 2, 3, 4])
    params = StackParams(of=["by_a", "by_b"], folds=4)
    with pytest.raises(ValueError, match="4 folds need as many training contexts, and there are 2"):
        StackTrainer().combine([member("a"), member("b")], train, params, train)


def test_a_stack_learns_which_base_to_trust(registry: Rows) -> None:
    by_name = {row["ranker"]: row for row in registry}
    gain = {each["feature"]: each["gain"] for each in by_name["stack"]["importances"]}
    assert list(gain) == DECLARED["stack"]["params"]["of"]
    assert gain["pointwise"] > gain["popularity"]
    assert (
        by_name["stack"]["validation_ndcg_at_10"] > by_name["popularity"]["validation_ndcg_at_10"]
    )


def test_an_ensemble_s_text_holds_its_bases(registry: Rows, tmp_path: Path) -> None:
    by_name = {row["ranker"]: row for row in registry}
    for name in ("blend", "by_rank", "stack"):
        row = by_name[name]
        scorer = scorer_from_text(row["text"], row["text_sha256"])
        texts = [base.to_text() for base in scorer.bases]
        assert texts == [by_name[base]["text"] for base in DECLARED[name]["params"]["of"]]


def test_an_ensemble_of_a_failed_ranker_fails_and_names_it(tmp_path: Path) -> None:
    declared = {
        "bad": {"trainer": "lambdarank", "label_gain": [0.0, 1.0]},
        "good": {"trainer": "feature", "params": {"feature": "noise"}},
        "mix": {"trainer": "blend", "params": {"of": ["bad", "good"]}},
    }
    table = train_rankers(
        ranker_specs(declared, FEATURES), write(tmp_path, contexts(80)), threads=1
    )
    rows = {row["ranker"]: row for row in table.to_pylist()}
    assert rows["bad"]["error"] == "ranker bad: label 3 has no gain: gains go up to label 1"
    assert rows["mix"]["error"] == "ranker mix: its base bad failed in training"
    assert rows["good"]["status"] == "trained"


def test_ensembles_are_trained_after_their_bases() -> None:
    levels = by_level(ranker_specs(DECLARED, FEATURES))
    assert [[spec.name for spec in level] for level in levels] == [
        list(DECLARED)[:6],
        ["blend"],
        ["by_rank", "stack"],
    ]


PLAIN = {"trainer": "feature", "params": {"feature": "noise"}}


@pytest.mark.parametrize(
    ("of", "message"),
    [
        (["a", "b", "aa"], r"ranker mix: unknown base 'aa'; did you mean a"),
        (["a", "mix"], r"ranker mix: trainer blend is made of itself"),
        (["a", "late"], r"ranker mix: its base late is declared after it; declare late first"),
        (["a", "a"], r"ranker mix: .*of names a ranker twice: a, a"),
        (["a"], r"ranker mix: parameter of: List should have at least 2 items"),
        (["a", "truth"], r"ranker mix: feature true_utility leaks the truth"),
    ],
)
def test_bases_are_other_rankers_declared_before(of: list[str], message: str) -> None:
    declared = {
        "a": PLAIN,
        "b": PLAIN,
        "truth": {"trainer": "feature", "params": {"feature": "true_utility"}},
        "mix": {"trainer": "blend", "params": {"of": of}},
        "late": {"trainer": "blend", "params": {"of": ["mix", "a"]}},
    }
    with pytest.raises(ValueError, match=message):
        ranker_specs(declared, [*FEATURES, "true_utility"])


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"trainer": "blend", "params": {"of": ["a", "b"], "weights": [1]}}, "1 weights for 2"),
        ({"trainer": "blend", "params": {"of": ["a", "b"], "weights": [1, 0]}}, "greater than 0"),
        ({"trainer": "blend", "features": ["noise"], "params": {"of": ["a", "b"]}},
         "takes its features from its bases"),
        ({"trainer": "stack", "params": {"of": ["a", "b"], "meta_params": {"leaves": 1}}},
         "unknown parameter 'leaves'"),
        ({"trainer": "stack", "params": {"of": ["a", "b"], "folds": 1}}, "greater than or equal"),
        ({"trainer": "blend", "params": {}, "grid": {"of": [["a", "b"], ["b", "a"]]}},
         "all its sets have to read the same features and rankers"),
    ],
)  # fmt: skip
def test_a_wrong_ensemble_is_refused(params: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=rf"ranker mix: .*{message}"):
        ranker_specs({"a": PLAIN, "b": PLAIN, "mix": params}, FEATURES)


def test_whole_contexts_stay_together(tmp_path: Path) -> None:
    found = read_dataset(write(tmp_path, contexts()), "train", FEATURES)
    blocks = list(found.whole_contexts(items=25))
    assert len(blocks) > 5
    assert np.concatenate([block.group_sizes for _, block in blocks]).tolist() == (
        found.group_sizes.tolist()
    )
    assert all(block.n_items <= 25 or block.n_contexts == 1 for _, block in blocks)
    for rows, block in blocks:
        assert block.n_items == block.group_sizes.sum()
        assert (found.columns["noise"][rows] == block.columns["noise"]).all()
