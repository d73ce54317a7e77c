"""Arms are balanced, independent of other experiments', and a mismatch of their sizes is found."""

import shutil

import pytest
import yaml
from project import REPO

MEMBERS = """
select
    id as profile_id,
    {{ dmc12.experiment_arm("id", "first_test", ["control", "treatment"]) }} as arm,
    {{ dmc12.experiment_arm("id", "second_test", ["control", "treatment"]) }} as other_arm,
    {{ dmc12.experiment_arm("id", "three_arms", ["a", "b", "c"]) }} as one_of_three
from range(100001, 110001)
"""
ALL = "select arm from {{ ref('members') }}"
MODELS = {
    "members": MEMBERS,
    "lost_members": f"{ALL} where arm = 'control' or profile_id % 12 > 0",
    "no_members": f"{ALL} where arm = 'control'",
}
ARMS = {"arms_balanced": {"arguments": {"arms": ["control", "treatment"]}}}
THREE = {"arms_balanced": {"arguments": {"arms": ["a", "b", "c"]}}}
# by another implementation of XXH64, seed 42, of the id's eight bytes and then of the salt
ARMS_OF_SIX = [
    ("treatment", "a"),
    ("control", "b"),
    ("treatment", "c"),
    ("control", "a"),
    ("treatment", "c"),
    ("treatment", "a"),
]
COLUMNS = {
    "members": {"arm": ARMS, "other_arm": ARMS, "one_of_three": THREE},
    "lost_members": {"arm": ARMS},
    "no_members": {"arm": ARMS},
}


@pytest.fixture(scope="module")
def built(tmp_path_factory, metrics_profile, run_dbt, messages):
    """What each node of the build said."""
    root = tmp_path_factory.mktemp("experiments")
    settings = yaml.safe_load((REPO / "dbt_project.yml").read_text(encoding="utf-8"))
    settings |= {"profile": "test", "model-paths": ["models"]}
    settings.pop("seeds")
    shutil.copytree(REPO / "macros", root / "macros")
    shutil.copytree(REPO / "tests" / "generic", root / "tests" / "generic")
    (root / "models").mkdir()
    for name, sql in MODELS.items():
        (root / "models" / f"{name}.sql").write_text(sql, encoding="utf-8")
    declared = [
        {
            "name": model,
            "columns": [{"name": name, "data_tests": [test]} for name, test in columns.items()],
        }
        for model, columns in COLUMNS.items()
    ]
    (root / "models" / "models.yml").write_text(
        yaml.safe_dump({"models": declared}), encoding="utf-8"
    )
    (root / "dbt_project.yml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    (root / "profiles.yml").write_text(yaml.safe_dump({"test": metrics_profile}), encoding="utf-8")
    result = run_dbt(root, "build", "--quiet", ok=False)
    return {one.node.name: str(one.status) for one in result.result.results}


def test_only_a_mismatch_of_sizes_is_found(built):
    failed = sorted(name for name, status in built.items() if status == "fail")
    assert [name.split("_arm_")[0] for name in failed] == [
        "arms_balanced_lost_members",
        "arms_balanced_no_members",
    ]
    assert sum(name.startswith("arms_balanced_members") for name in built) == 3


def test_arms_of_two_experiments_are_independent(built, query):
    # Pearson's chi-square of the 2 x 2 table, one degree, stays below 10.8 but once in 1,000
    table = query(
        "select count(*) from metrics_tests.members group by arm, other_arm order by arm, other_arm"
    )
    (a,), (b,), (c,), (d,) = table
    n = a + b + c + d
    chi_square = n * (a * d - b * c) ** 2 / ((a + b) * (c + d) * (a + c) * (b + d))
    assert chi_square < 10.8


def test_an_arm_is_the_same_always(built, query):
    rows = query(
        "select arm, one_of_three from metrics_tests.members"
        " where profile_id between 100001 and 100006 order by profile_id"
    )
    assert rows == ARMS_OF_SIX
