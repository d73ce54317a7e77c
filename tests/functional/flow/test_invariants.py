"""Each invariant fails on data that is broken in its way, and no other does.

All mutations of mutations.py lie in one table, one build holds it to every test.
"""

import shutil
from collections import defaultdict

import pytest
import yaml
from mutations import KEY, MUTATIONS, WINDOWS, broken, table
from project import REPO, target

NAMES = {"names": {"key": ["mutation", "profile_id", "context_at"]}}
SAME_AS = {"same_as": "ref('previous')"}
LABELS_FROM = {"labels_from": "ref('windows')"}

# invariants with a generic test of their own over the whole table
SINGLE = {
    "items_no_nulls": {},
    "items_not_empty": {},
    "items_finite": {},
    "items_labels_not_negative": {},
    "items_weights_positive": {},
    "items_titles_distinct": {},
    "items_positive_and_negative": {},
    "items_ranks_permutation": {},
    "items_same_as": SAME_AS,
    "items_labels_agree": LABELS_FROM,
}

# invariants of any table -> (a broken one, its test, what that returns)
PLAIN = {
    "unique_key": (
        "select 1 as a, 2 as b union all select 1, 2 union all select 2, 1",
        {"columns": ["a", "b"]},
        [(1, 2, 2)],
    ),
    "no_nulls": (
        "select 1 as a, cast(null as int) as b union all select 1, 2",
        {"columns": ["a", "b"]},
        [(1, None, ["b"])],
    ),
    "foreign_key": (
        "select 1L as profile_id, 'x' as b union all select 9L, 'y'",
        {"columns": ["profile_id"], "to": "ref('windows')"},
        [(9,)],
    ),
    "scores_registered": (
        "select array(struct(struct(1D as a, 2D as c) as scores)) as items",
        {"registry": "ref('registry')"},
        [("b", "registered, not scored"), ("c", "scored, not registered")],
    ),
    "in_range": (
        "select 0.5D as x union all select 0D union all select 1.5D union all select double('nan')",
        {"low": 0, "high": 1, "column_name": "x"},
        [(0.0, False), (1.5, False), ("nan", False)],
    ),
    "iso_country": (
        "select explode(array('BR', 'XK', 'UK', 'br', 'Brazil')) as x",
        {"column_name": "x"},
        [("UK", False), ("br", False), ("Brazil", False)],
    ),
    "metrics_complete": (
        "select * from (select 'test' as split, 'all' as slice, 'all' as slice_value, ranker,"
        " metric, k, weighting from (select explode(array('a', 'b')) as ranker) cross join"
        " (select inline(array(struct('ndcg', int(null)), struct('ndcg', 1),"
        " struct('recall', 1), struct('precision', 1), struct('hit', 1), struct('nmrr', int(null)),"
        " struct('mrr', int(null)), struct('auc', int(null)))) as (metric, k)) cross join"
        " (select explode(array('plain', 'population')) as weighting))"
        " where not (ranker = 'b' and metric = 'mrr' and weighting = 'plain')",
        {},
        [("test", "all", "all", "b", "mrr", None, "plain")],
    ),
    "metrics_in_range": (
        "select 1L as profile_id, timestamp '2026-06-18' as context_at, 'a' as ranker,"
        " 2 as n_items, 1 as n_positives, struct(1D as ndcg, 1D as ndcg_at_1, 1D as recall_at_1,"
        " 1D as precision_at_1, 1D as hit_at_1, 1D as nmrr, 1.5D as mrr, 1D as auc) as metrics",
        {},
        None,
    ),
}

KNOBS = {
    "features": ["own_plays"],
    "rankers": {name: {"trainer": "feature", "params": {"feature": "own_plays"}} for name in "ab"},
    "control_ranker": "a",
    "scored_splits": ["test"],
    "metrics": {
        "ndcg": {"at": ["whole", "k"]},
        **{name: {"at": ["k"]} for name in ("recall", "precision", "hit")},
        **{name: {"at": ["whole"]} for name in ("nmrr", "mrr")},
        "auc": {"at": ["whole"]},
    },
    "compared_metrics": ["ndcg", "nmrr"],
    "winner_metric": "nmrr",
    "metric_ks": [1],
    "metric_slices": [],
}


@pytest.fixture(scope="module")
def violations(tmp_path_factory, warehouse, run_dbt, query):
    """What each test returns, by its name."""
    root = tmp_path_factory.mktemp("mutations")
    for folder in ("macros", "tests/generic"):
        shutil.copytree(REPO / folder, root / folder)
    settings = yaml.safe_load((REPO / "dbt_project.yml").read_text())
    settings["vars"]["dmc12"] |= KNOBS
    settings |= {"model-paths": ["models"], "on-run-end": []}
    settings["models"] = {"dmc12": {"+materialized": "table"}}
    settings.pop("seeds")
    mutations = "', '".join(["sound", *(one.name for one in MUTATIONS)])
    models = {
        "mutants": broken("after"),
        "previous": broken("before"),
        "windows": f"select explode(array('{mutations}')) as mutation, * from ({WINDOWS})",
        "registry": "select explode(array('a', 'b')) as ranker, 'trained' as status",
    } | {f"broken_{name}": sql for name, (sql, _, _) in PLAIN.items()}
    tests = [{name: {"arguments": NAMES | more}} for name, more in SINGLE.items()]
    tests.append({"dmc12_valid": {"arguments": NAMES | SAME_AS | LABELS_FROM}})
    declared = [{"name": "mutants", "data_tests": tests}]
    for name, (_, arguments, _) in PLAIN.items():
        own = dict(arguments)
        column = own.pop("column_name", None)
        test = {name: {"arguments": own}} if own else name
        where = {"columns": [{"name": column, "data_tests": [test]}]}
        declared.append({"name": f"broken_{name}", **(where if column else {"data_tests": [test]})})
    (root / "models").mkdir()
    for name, sql in models.items():
        (root / "models" / f"{name}.sql").write_text(sql)
    (root / "models" / "all.yml").write_text(yaml.safe_dump({"models": declared}))
    (root / "dbt_project.yml").write_text(yaml.safe_dump(settings))
    (root / "profiles.yml").write_text(yaml.safe_dump({"dmc12": target("mutations", warehouse)}))
    built = run_dbt(root, "build", "--quiet", ok=False)
    ran = [one for one in built.result.results if one.node.resource_type == "test"]
    assert {one.status for one in ran} == {"fail"}, [one.message for one in ran]
    assert len(ran) == len(SINGLE) + 1 + len(PLAIN)
    return {one.node.test_metadata.name: query(one.node.compiled_code) for one in ran}


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda one: one.name)
def test_the_combined_test_reports_just_the_violation(violations, mutation):
    found = [row[3:] for row in violations["dmc12_valid"] if row[0] == mutation.name]
    path = mutation.path.replace(KEY, f"mutation, {KEY}")  # the mutants' key is the mutation's too
    assert found == [(mutation.invariant, path, mutation.value)]


def test_sound_contexts_break_nothing(violations):
    mutated = {row[0] for name in ["dmc12_valid", *SINGLE] for row in violations[name]}
    assert mutated == {one.name for one in MUTATIONS}


@pytest.mark.parametrize("name", SINGLE)
def test_a_single_test_reports_its_own_mutations_alone(violations, name):
    assert len(violations[name]) == len({row[0] for row in violations[name]})
    own = {one.name for one in MUTATIONS if one.invariant == name}
    assert {row[0] for row in violations[name]} == own


@pytest.mark.parametrize("name", PLAIN)
def test_an_invariant_of_any_table_returns_what_is_at_fault(violations, name):
    expected = PLAIN[name][2]
    found = [tuple("nan" if cell != cell else cell for cell in row) for row in violations[name]]
    if name == "metrics_in_range":
        assert [(row[0], row[5], row[6]) for row in found] == [(1, "mrr", 1.5)]
    else:
        assert sorted(found, key=str) == sorted(expected, key=str)


def test_the_docs_show_this_mutation_table():
    docs = (REPO / "docs" / "invariants.md").read_text(encoding="utf-8")
    assert table() in docs, "run: python tests/functional/flow/mutations.py"


def test_every_invariant_has_a_mutation():
    by_invariant = defaultdict(list)
    for one in MUTATIONS:
        by_invariant[one.invariant].append(one.name)
    assert set(SINGLE) <= set(by_invariant)
