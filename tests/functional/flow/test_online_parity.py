"""Online equals offline on the small world, and one changed bit blocks a release."""

import shutil
from pathlib import Path

import pytest

from dmc12.online import load
from dmc12.online.pointer import released

KEPT = ("online_offline_parity.sql", "online_offline_parity.yml", "bundle_released.py")
STUBS = ("dmc12_scored", "parity_contexts", "ranking_bundles", "rankers")
VIEW = "{{ config(materialized='view') }}"
FIRST = "struct(profile_id, context_at) = (select min(struct(profile_id, context_at)) from {table})"
ALL = (
    "blend",
    "lambdarank",
    "own_plays",
    "popularity",
    "recent_popularity",
    "stack",
)
READERS = ("blend", "lambdarank", "stack")  # of title_age_days
ONE_BIT_MORE = (
    "transform_values(item.{values}, (name, v) -> if(name = '{name}', v * (1D + 2.3e-16D), v))"
)


def with_first_item(features="item.features", scores="item.scores"):
    changed = f"struct(item.show_title_id, {features} as features, {scores} as scores)"
    return f"transform(items, (item, position) -> if(position = 0, {changed}, item))"


# what is done to the first context -> the rankers found unequal, with their
# (mismatches, missing: 2 for more, extra, feature_mismatches)
CHANGES = {
    "one_score": (
        with_first_item(scores=ONE_BIT_MORE.format(values="scores", name="lambdarank")),
        {"lambdarank": (1, 0, 0, 0)},
    ),
    "one_feature": (
        with_first_item(features=ONE_BIT_MORE.format(values="features", name="title_age_days")),
        dict.fromkeys(READERS, (0, 0, 0, 1)),
    ),
    "no_score": (
        with_first_item(scores="map_filter(item.scores, (name, v) -> name <> 'own_plays')"),
        {"own_plays": (1, 0, 0, 0)},
    ),
    "item_lost": ("slice(items, 2, size(items))", dict.fromkeys(ALL, (0, 1, 0, 0))),
    "item_added": (
        "concat(items, transform(slice(items, 1, 1), item ->"
        " struct(1L as show_title_id, item.features, item.scores)))",
        dict.fromkeys(ALL, (0, 0, 1, 0)),
    ),
    "item_twice": ("concat(items, slice(items, 1, 1))", dict.fromkeys(ALL, (0, 0, 0, 0))),
    "context_lost": ("array()", dict.fromkeys(ALL, (0, 2, 0, 0))),
}


@pytest.fixture(scope="module")
def project(copy_project, small_world):
    """The comparison and the release alone, over the small world's tables."""
    root = copy_project("parity_changes")
    shutil.rmtree(root / "seeds")
    for path in [*root.glob("models/**/*.*"), *root.glob("python_models/**/*.*")]:
        if path.name not in KEPT:
            path.unlink()
    for name in STUBS:
        (root / "models" / f"{name}.sql").write_text(f"{VIEW} select * from {small_world}.{name}")
    return root


@pytest.fixture
def change_online(project, small_world):
    """Let online have ranked the first context otherwise: `change_online("array()")`."""
    table = f"{small_world}.online_scored"

    def change(items):
        (project / "models" / "online_scored.sql").write_text(
            f"{VIEW} select profile_id, context_at,"
            f" if({FIRST.format(table=table)}, {items}, items) as items from {table}"
        )

    return change


@pytest.fixture
def build(project, change_online, run_dbt, query):
    """Build with another online side; give the state of the release and what the test returns."""

    def build(items, ok):
        change_online(items)
        results = run_dbt(
            project, "build", "--quiet", "--exclude-resource-type", "unit_test", ok=ok
        )
        nodes = {one.node.name: one for one in results.result.results}
        (test,) = [one for name, one in nodes.items() if name.startswith("online_equals_offline")]
        return nodes["bundle_released"].status, query(
            "select ranker, mismatches, least(missing, 2), extra, feature_mismatches"
            f" from ({test.node.compiled_code})"
        )

    return build


def test_the_small_world_ranks_the_same_online(small_world, query):
    counts = query(
        "select ranker, count(*), sum(n_items), count_if(is_equal)"
        f" from {small_world}.online_offline_parity group by ranker order by ranker"
    )
    assert [row[0] for row in counts] == list(ALL)
    assert {(contexts, equal) for _, contexts, _, equal in counts} == {(12, 12)}
    assert counts[0][2] > 300


def test_the_released_bundle_is_the_serving_one_and_loads(small_world, query):
    ((path, fingerprint),) = query(f"select path, fingerprint from {small_world}.bundle_released")
    assert released(Path(path).parent) == (Path(path), fingerprint)
    bundle = load(path, fingerprint)
    assert set(bundle.rankers.scorers) == set(ALL)
    latest = query(f"select max(day) from {small_world}.title_popularity_daily")[0][0]
    assert bundle.manifest.days == [str(latest)]


def test_nothing_changed_is_released(build):
    assert build("items", ok=True) == ("success", [])


@pytest.mark.parametrize("change", CHANGES)
def test_one_change_blocks_the_release(build, change):
    items, expected = CHANGES[change]
    status, found = build(items, ok=False)
    assert status == "skipped"
    assert {row[0]: row[1:] for row in found} == expected


def test_a_run_without_tests_releases_no_other_bundle_either(
    project, change_online, run_dbt, messages
):
    change_online(CHANGES["one_score"][0])
    said = messages(run_dbt(project, "run", "--quiet", ok=False))
    assert (
        "not released: of 72 comparisons with the offline tables 1 fail" in said["bundle_released"]
    )
