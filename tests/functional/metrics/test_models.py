"""The models as dbt builds them: contracts, tests and unit tests."""

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
    assert ": declared " in said[model]
    assert ", got " in said[model]
