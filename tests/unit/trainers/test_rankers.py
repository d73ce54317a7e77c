from typing import Any

import pytest

from dmc12.rankers import RankerSpec, ranker_specs
from dmc12.search import Search, Span

DECLARED = ["own_plays", "title_plays", "true_utility"]


def specs(declaration: Any, name: str = "mine") -> list[RankerSpec]:
    return ranker_specs({name: declaration}, DECLARED, oracle_features={"true_utility"})


@pytest.mark.parametrize(
    ("declaration", "features"),
    [
        ({"trainer": "lambdarank"}, ["own_plays", "title_plays"]),
        ({"trainer": "pointwise", "features": ["title_plays"]}, ["title_plays"]),
        ({"trainer": "feature", "params": {"feature": "true_utility"}}, ["true_utility"]),
        (
            {"trainer": "lexicographic", "params": {"features": ["title_plays", "own_plays"]}},
            ["title_plays", "own_plays"],
        ),
    ],
)
def test_a_ranker_reads_the_features_it_names_or_else_all_but_the_truth(
    declaration: dict[str, Any], features: list[str]
) -> None:
    [spec] = specs(declaration)
    assert spec.features == features


@pytest.mark.parametrize(
    ("declaration", "message"),
    [
        (
            {"trainer": "lamdarank"},
            r"ranker mine: unknown trainer 'lamdarank'; did you mean lambda",
        ),
        ({"trainer": "svm"}, r"unknown trainer 'svm'; known: feature, lexicographic, lambdarank"),
        (
            {"trainer": "lambdarank", "features": ["own_play"]},
            r"ranker mine: unknown feature 'own_play'; did you mean own_plays",
        ),
        (
            {"trainer": "lambdarank", "features": ["true_utility"]},
            r"ranker mine: feature true_utility leaks the truth",
        ),
        (
            {"trainer": "lexicographic", "params": {"features": ["own_plays", "true_utility"]}},
            r"ranker mine: feature true_utility leaks the truth",
        ),
        (
            {"trainer": "lambdarank", "features": ["own_plays", "own_plays"]},
            r"ranker mine: feature own_plays is named twice",
        ),
        (
            {"trainer": "lambdarank", "params": {"num_leafs": 3}},
            r"ranker mine: unknown parameter 'num_leafs', did you mean num_leaves\?.*lambdarank "
            r"takes num_boost_round, ",
        ),
        (
            {"trainer": "lambdarank", "params": {"num_leaves": "31"}},
            r"ranker mine: parameter num_leaves: .*integer \(got '31'\)",
        ),
        (
            {"trainer": "rank_xendcg", "params": {"learning_rate": 0, "weights": "all"}},
            r"parameter weights: .*'none', 'item', .*; parameter learning_rate: .*greater than 0",
        ),
        ({"trainer": "feature"}, r"ranker mine: parameter feature is missing"),
        (
            {"trainer": "feature", "features": ["own_plays"], "params": {"feature": "title_plays"}},
            r"ranker mine: trainer feature takes its features from params",
        ),
        ({"params": {}}, r"ranker mine: trainer: Field required"),
        ({"trainer": "feature", "colour": "red"}, r"ranker mine: colour: Extra inputs"),
        ("lambdarank", r"ranker mine: expected a mapping with trainer, features and params"),
        (
            {"trainer": "lambdarank", "scored": False, "guardrails": {"a": {"metric": "ndcg"}}},
            r"ranker mine: its guardrails need scores, and it is declared as not scored",
        ),
        (
            {"trainer": "lambdarank", "features": ["profile"]},
            r"ranker mine: no declared feature is in 'profile'",
        ),
        (
            {"trainer": "lambdarank", "features": ["titel"]},
            r"ranker mine: unknown feature 'titel'; did you mean title",
        ),
        (
            {"trainer": "lambdarank", "grid": {"num_leaves": []}},
            r"ranker mine: grid.num_leaves: List should have at least 1 item",
        ),
        (
            {"trainer": "lambdarank", "grid": {"num_leaves": [7, 1]}},
            r"ranker mine: parameter num_leaves: .*greater than or equal to 2 \(got 1\)",
        ),
        (
            {"trainer": "lambdarank", "params": {"seed": 1}, "grid": {"seed": [2]}},
            r"ranker mine: parameter seed has one value in params and others in a sweep",
        ),
        (
            {"trainer": "lambdarank", "weights": "item", "params": {"weights": "none"}},
            r"ranker mine: weights stands both beside and within params",
        ),
        (
            {"trainer": "rank_xendcg", "label_gain": "linear"},
            r"ranker mine: unknown parameter 'label_gain'",
        ),
        (
            {
                "trainer": "lambdarank",
                "grid": {"seed": list(range(40)), "max_bin": list(range(40))},
            },
            r"ranker mine: a grid of 1,600 parameter sets is more than 1,000",
        ),
        (
            {"trainer": "lambdarank", "search": {"n": 3, "params": {"num_leaves": [7, 15]}}},
            r"ranker mine: search: only 2 different sets were found, and n is 3",
        ),
        (
            {
                "trainer": "lambdarank",
                "search": {"n": 3, "params": {"seed": {"low": 2, "high": 1}}},
            },
            r"ranker mine: search.params.seed.*: low \(2\) must be below high \(1\)",
        ),
        (
            {"trainer": "feature", "grid": {"feature": ["own_plays", "title_plays"]}},
            r"ranker mine: all its sets have to read the same features and rankers",
        ),
    ],
)
def test_a_wrong_declaration_names_its_ranker_and_what_is_wrong(
    declaration: Any, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        specs(declaration)


@pytest.mark.parametrize("name", ["Mine", "1st", "a-b", "a b", "", "a`; drop table", "a\n"])
def test_a_name_that_is_no_identifier_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="a name starts with a-z"):
        specs({"trainer": "lambdarank"}, name)


@pytest.mark.parametrize(
    ("wanted", "features"),
    [
        ("all", ["own_plays", "title_plays", "title_age_days"]),
        (["title"], ["title_plays", "title_age_days"]),
        (["title_age*", "title"], ["title_age_days", "title_plays"]),
        (["own_plays", "title_*"], ["own_plays", "title_plays", "title_age_days"]),
        (["*"], ["own_plays", "title_plays", "title_age_days"]),
    ],
)
def test_features_are_named_by_family_and_by_pattern_too(wanted: Any, features: list[str]) -> None:
    declared = ["own_plays", "title_plays", "true_utility", "title_age_days"]
    [spec] = ranker_specs({"mine": {"trainer": "pointwise", "features": wanted}}, declared)
    assert spec.features == features


def test_a_grid_is_all_combinations_in_the_order_declared() -> None:
    [spec] = specs(
        {
            "trainer": "lambdarank",
            "weights": "item",
            "label_gain": "linear",
            "grid": {"num_leaves": [7, 15], "learning_rate": [0.1, 0.2], "seed": [12]},
        }
    )
    params = [one.params.model_dump() for one in spec.sets]
    assert [(one["num_leaves"], one["learning_rate"]) for one in params] == [
        (7, 0.1),
        (7, 0.2),
        (15, 0.1),
        (15, 0.2),
    ]
    assert {(one["weights"], one["label_gain"]) for one in params} == {("item", "linear")}


def test_an_id_is_of_everything_that_a_set_is_and_of_nothing_else() -> None:
    plain = {"trainer": "lambdarank", "features": ["own_plays"]}
    variants = [
        plain,
        {**plain, "features": ["title_plays"]},
        {**plain, "trainer": "rank_xendcg"},
        {**plain, "params": {"num_leaves": 30}},
    ]
    ids = [specs(variant)[0].sets[0].set_id for variant in variants]
    assert len(set(ids)) == len(ids)
    same = specs({**plain, "grid": {"num_leaves": [31, 31]}, "guardrails": {}}, "other")
    assert [one.set_id for one in same[0].sets] == ids[:1]


def drawn(n: int, **params: Any) -> list[dict[str, Any]]:
    return list(Search(n=n, seed=3, params=params).draws())


def test_a_search_draws_the_same_sets_wherever_it_is_made() -> None:
    spans = {
        "learning_rate": Span(low=0.01, high=0.3, log=True),
        "num_leaves": Span(low=4, high=64, log=True),
        "lambda_l2": [0.0, 1.0],
    }
    sets = drawn(40, **spans)
    assert sets[0] == {"learning_rate": 0.031843, "num_leaves": 5, "lambda_l2": 1.0}
    assert drawn(10, **spans) == sets[:10]
    assert drawn(40, learning_rate=spans["learning_rate"]) == [
        {"learning_rate": one["learning_rate"]} for one in sets
    ]
    assert len({str(one) for one in sets}) == 40
    assert all(0.01 <= one["learning_rate"] <= 0.3 for one in sets)
    assert {type(one["num_leaves"]) for one in sets} == {int}
    assert {one["num_leaves"] for one in drawn(5, num_leaves=Span(low=4, high=8))} == {
        4, 5, 6, 7, 8
    }  # fmt: skip
