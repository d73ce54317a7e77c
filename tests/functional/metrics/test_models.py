"""The models as dbt builds them: contracts, tests, unit tests and plans."""

import pytest
from evaluation import RANKER, write_evaluation_project

KNOBS = {"rankers": dict.fromkeys("ab", RANKER), "control_ranker": "a", "scored_splits": ["test"]}
SCORED = """
select
    id as profile_id,
    'NL' as country_iso_code,
    timestamp '2026-06-18' as context_at,
    'test' as split,
    struct('NL' as country_group, id % 2 = 0 as is_first_time_profile) as tags,
    'NL/new' as stratum,
    0.5D as inclusion_probability,
    transform(sequence(1, 30), title -> struct(
        bigint(title) as show_title_id,
        double(if(title % 10 = id % 10, 1, 0)) as label,
        1D as weight,
        struct(double(title) as feature1, 1D as feature2) as features,
        struct(double(title * id % 7) as a, double(-title) as b) as scores
    )) as items
from range(20)
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory, metrics_profile):
    root = tmp_path_factory.mktemp("models")
    write_evaluation_project(root, metrics_profile, SCORED, **KNOBS)
    return root


def test_contracts_tests_and_unit_tests_hold(project, run_dbt, query):
    run_dbt(project, "build", "--quiet")
    rows = query("select count(*), count(metrics.ndcg) from metrics_tests.metrics_by_context")
    assert rows == [(40, 40)]


def test_ranking_and_metrics_move_no_item_and_read_no_feature(project, query):
    compiled = project / "target" / "compiled" / "dmc12" / "models"
    for model in ("dmc12_ranked", "metrics_by_context"):
        sql = (compiled / f"{model}.sql").read_text(encoding="utf-8")
        ((plan,),) = query(f"explain formatted {sql}")
        assert "ReadSchema" in plan
        assert "features" not in plan
        assert "Exchange" not in plan
        assert "Window" not in plan
    read = next(line for line in plan.splitlines() if line.startswith("ReadSchema"))
    assert "items:array<struct<label:double,scores:struct<a:double,b:double>>>" in read


def test_arrays_are_sorted_once_not_in_each_step_of_a_search(project, query):
    compiled = project / "target" / "compiled" / "dmc12" / "models" / "metrics_by_context.sql"
    ((plan,),) = query(f"explain {compiled.read_text(encoding='utf-8')}")
    for column in ("steps", "scores_descending", "positive_scores", "positive_labels"):
        assert plan.count(f"AS {column}#") == 1, "Spark moved it into a lambda"


@pytest.mark.parametrize(
    ("model", "file", "declared", "given"),
    [
        ("dmc12_ranked", "dmc12", "`: int not null", "`: bigint not null"),
        ("metrics_by_context", "metrics_by_context", "~ ':double'", "~ ':float'"),
        ("metrics_by_slice", "metrics_by_slice", "data_type: int", "data_type: bigint"),
    ],
)
def test_another_type_than_declared_is_refused(
    tmp_path, metrics_profile, run_dbt, messages, model, file, declared, given
):
    root = tmp_path / "project"
    root.mkdir()
    write_evaluation_project(root, metrics_profile, SCORED, **KNOBS)
    contract = root / "models" / f"{file}.yml"
    text = contract.read_text(encoding="utf-8")
    assert declared in text
    contract.write_text(text.replace(declared, given), encoding="utf-8")
    said = messages(run_dbt(root, "run", "--select", model, ok=False))
    assert "contract" in said[model].lower()
