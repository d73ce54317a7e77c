from typing import Any

import pytest

from dmc12.rankers import RankerSpec, ranker_specs

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
            r"parameter weights: .*'none' or 'item'.*; parameter learning_rate: .*greater than 0",
        ),
        ({"trainer": "feature"}, r"ranker mine: parameter feature is missing"),
        (
            {"trainer": "feature", "features": ["own_plays"], "params": {"feature": "title_plays"}},
            r"ranker mine: trainer feature takes its features from params",
        ),
        ({"params": {}}, r"ranker mine: trainer: Field required"),
        ({"trainer": "feature", "colour": "red"}, r"ranker mine: colour: Extra inputs"),
        ("lambdarank", r"ranker mine: expected a mapping with trainer, features and params"),
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
