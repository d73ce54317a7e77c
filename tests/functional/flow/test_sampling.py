"""What the sampler keeps: the numbers asked for, by nothing but the keys and the salt."""

import csv
import io
import random
import re
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from project import NO_TESTS, target
from sampler import SCHEMA, Sampler, contexts, read_compiled, write_sampler_project

from dbt.adapters.sparksession.session import current_session

RATES = {split: {"rate": 0.5} for split in ("train", "validation", "test")}
AIMS = {
    "train": {"rate": 0.3, "floor": 4, "cap": 40},
    "validation": {"count": 60},
    "test": {"count": 90, "shares": {"a": {"x": 0.5, "y": 0.3, "nobody": 0.2}}, "floor": 3},
}
CELLS = [
    *(("train", "x", "u", 100), ("train", "x", "v", 7), ("train", "y", "u", 2)),
    *(("train", "y", "v", 400), ("validation", "x", "u", 50), ("validation", "y", "u", 49)),
    *(
        ("test", "x", "u", 60),
        ("test", "x", "v", 30),
        ("test", "y", "u", 12),
        ("test", "z", "u", 8),
    ),
    *(("warm_up", "x", "u", 9), ("gap", "x", "u", 9)),
]
NEW = 1_000_000  # the first profile of contexts that are added
KEPT = "select profile_id, context_at, split, stratum from contexts_sampled order by all"
EVERY_BYTE = "select to_json(struct(*)) as row from contexts_sampled order by row"
FEW = settings(
    max_examples=5,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(scope="module")
def sampler(tmp_path_factory, warehouse, run_dbt):
    """Compile the sampler: `sampler(sampling={...}, sampling_method="bernoulli")`."""
    compiled = {}

    def compile_models(**knobs):
        key = repr(knobs)
        if key not in compiled:
            root = tmp_path_factory.mktemp("sampler")
            checked = write_sampler_project(root, target(SCHEMA, warehouse), **knobs)
            run_dbt(root, "compile", "--quiet")
            compiled[key] = Sampler(read_compiled(root), checked)
        return compiled[key]

    return compile_models


@pytest.fixture(params=["exact", "bernoulli"])
def either(request, sampler):
    """The sampler by either method."""
    if request.param == "exact":
        return sampler(sampling=AIMS)
    return sampler(sampling=RATES, sampling_method="bernoulli", context_weighting="population")


def test_the_audit_says_what_was_asked_for_and_kept(sampler):
    exact = sampler(sampling=AIMS)
    exact.run(contexts(CELLS))
    found = exact.rows(
        "select split, stratum, population, target, kept, shortfall from sampling_audit"
        " order by all"
    )
    assert found == [
        ("test", "nobody/*", 0, 17, 0, 17),
        ("test", "x/u", 60, 29, 29, 0),
        ("test", "x/v", 30, 15, 15, 0),
        ("test", "y/u", 12, 26, 12, 14),
        ("test", "z/u", 8, 3, 3, 0),
        ("train", "x/u", 100, 30, 30, 0),
        ("train", "x/v", 7, 4, 4, 0),
        ("train", "y/u", 2, 4, 2, 2),
        ("train", "y/v", 400, 40, 40, 0),
        ("validation", "x/u", 50, 30, 30, 0),
        ("validation", "y/u", 49, 30, 30, 0),
    ]
    assert exact.faults() == set()


def test_the_inclusion_probability_is_kept_over_population_and_weights_undo_it(sampler):
    exact = sampler(sampling=AIMS, context_weighting="population")
    exact.run(contexts(CELLS))
    assert exact.faults() == set()
    for population, total, probability, kept in exact.rows(
        "select population, sum(weight), max(sampled.inclusion_probability), max(kept)"
        " from contexts_sampled as sampled join sampling_audit using (split, stratum)"
        " group by split, stratum, population"
    ):
        assert total == pytest.approx(population)
        assert probability == kept / population


def test_a_bernoulli_draw_keeps_each_context_by_its_own_hash(sampler):
    drawn = sampler(sampling=RATES, sampling_method="bernoulli")
    drawn.run(contexts([("train", "x", "u", 4000)]))
    assert drawn.faults() == set()
    ((kept, probability),) = drawn.rows(
        "select count(*), max(inclusion_probability) from contexts_sampled"
    )
    assert probability == 0.5
    assert kept == pytest.approx(2000, abs=4 * 4000**0.5 / 2)


@pytest.mark.parametrize("partitions", [1, 7, 64])
def test_partitions_and_the_order_of_rows_change_no_byte(either, partitions):
    spark = current_session()
    changed = {
        "spark.sql.shuffle.partitions": str(partitions),
        "spark.sql.adaptive.enabled": "false",
    }
    before = {name: spark.conf.get(name) for name in changed}
    either.run(contexts(CELLS))
    expected = either.rows(EVERY_BYTE)
    try:
        for name, value in changed.items():
            spark.conf.set(name, value)
        shuffled = contexts(CELLS).orderBy("labels", "country_iso_code", "split", "profile_id")
        either.run(shuffled.repartition(partitions, "context_at"))
        assert either.rows(EVERY_BYTE) == expected
    finally:
        for name, value in before.items():
            spark.conf.set(name, value)
    assert len(expected) > 100


def test_only_draws_are_moved_and_by_bernoulli_nothing(sampler):
    """The exchanges that docs/sampling.md lists."""
    exact = sampler(sampling=AIMS)
    exact.run(contexts(CELLS))
    ((plan,),) = exact.rows(f"explain {exact.sql['contexts_sampled']}")
    assert plan.count("BroadcastExchange") == 2
    (moved,) = re.findall(r" Exchange (.*?)\n(.*?)(?=\n)", plan)
    assert "hashpartitioning(split" in moved[0]
    assert "labels" not in moved[1]
    drawn = sampler(sampling=RATES, sampling_method="bernoulli")
    ((plan,),) = drawn.rows(f"explain {drawn.sql['contexts_sampled']}")
    assert "Exchange" not in plan


def test_newcomers_change_no_bernoulli_draw(sampler):
    drawn = sampler(sampling=RATES, sampling_method="bernoulli")
    rows = f"select to_json(struct(*)) as row from contexts_sampled where profile_id < {NEW}"
    drawn.run(contexts(CELLS))
    before = set(drawn.rows(rows))
    drawn.run(contexts(CELLS).unionAll(contexts(CELLS, first_profile=NEW)))
    assert set(drawn.rows(rows)) == before


@FEW
@given(
    sizes=st.lists(st.integers(1, 80), min_size=1, max_size=5),
    newcomers=st.lists(st.integers(0, 30), min_size=5, max_size=5),
    rate=st.sampled_from([0.1, 0.37, 0.5]),
)
def test_newcomers_move_only_the_end_of_an_exact_draw(sampler, sizes, newcomers, rate):
    """Old ones are pushed out, or more of them come in, but never both in one stratum."""
    exact = sampler(sampling={split: {"rate": rate} for split in RATES})
    names = [f"s{n}" for n in range(len(sizes))]
    old = contexts([("train", name, "u", size) for name, size in zip(names, sizes, strict=True)])
    new = [("train", name, "u", size) for name, size in zip(names, newcomers, strict=False) if size]
    query = "select stratum, profile_id, context_at from contexts_sampled"
    exact.run(old)
    assert exact.faults() == set()
    before = set(exact.rows(query))
    exact.run(old.unionAll(contexts(new, first_profile=NEW)) if new else old)
    after = set(exact.rows(query))
    for name in names:
        stratum = f"{name}/u"
        was = {row for row in before if row[0] == stratum}
        kept = {row for row in after if row[0] == stratum}
        came = {row for row in kept if row[1] >= NEW}
        stayed = kept - came
        assert stayed <= was or was <= stayed
    assert exact.faults() == set()  # those kept are the first by hash, before and after


@FEW
@given(
    cells=st.lists(
        st.tuples(
            st.sampled_from(["train", "validation", "test", "gap"]),
            st.sampled_from(["x", "y", "a/b", "*", "50%"]),
            st.sampled_from(["u", "b/", ""]),
            st.integers(1, 60),
        ),
        min_size=1,
        max_size=8,
        unique_by=lambda cell: cell[:3],
    ),
    seed=st.integers(0, 2**32),
)
def test_any_sample_is_what_its_audit_says_whatever_the_order(sampler, cells, seed):
    shuffled = random.Random(seed).sample(cells, len(cells))
    for knobs in ({"sampling": AIMS}, {"sampling": RATES, "sampling_method": "bernoulli"}):
        models = sampler(**knobs)
        models.run(contexts(cells))
        assert models.faults() == set()
        kept = models.rows(KEPT)
        models.run(contexts(shuffled))
        assert models.rows(KEPT) == kept
        assert len(set(kept)) == len(kept)


def test_every_context_of_a_stratum_is_as_likely_to_be_kept(sampler):
    """Over 300 salts each of 40 contexts is among the first 10 in a quarter of the draws.

    By Pearson's chi-square with 39 degrees of freedom, 72.1 is passed once in a thousand times.
    """
    counts = current_session().sql(
        """
        select profile_id, count_if(place <= 10) as kept from (
            select profile_id, row_number() over (
                partition by salt
                order by xxhash64(profile_id, timestamp '2026-06-18', concat(salt, '/contexts'))
            ) as place
            from (select id + 100000 as profile_id from range(40))
            cross join (select string(id) as salt from range(300))
        ) group by profile_id
        """
    )
    kept = [row.kept for row in counts.collect()]
    assert len(kept) == 40
    assert sum((n - 75) ** 2 / 75 for n in kept) / 0.75 < 72.1


# one fault -> the contexts or the audit with it, and what the test finds
BROKEN = {
    "a kept context is lost": (
        "contexts_sampled",
        "select * from {} where not (stratum = 'x/u' and split = 'train' and profile_id = {first})",
        {"kept", "probability", "draw"},
    ),
    "another context is kept instead": (
        "contexts_sampled",
        "select * except (context_at), if(stratum = 'x/u' and split = 'train' and profile_id ="
        " {first}, context_at + interval 1 hour, context_at) as context_at from {}",
        {"strays", "draw"},
    ),
    "a context is of another stratum": (
        "contexts_sampled",
        "select * except (stratum), if(profile_id = {first} and split = 'train' and stratum ="
        " 'x/u', 'x/v', stratum) as stratum from {}",
        {"strays"},
    ),
    "a probability is another": (
        "contexts_sampled",
        "select * except (inclusion_probability), if(stratum = 'x/u', 0.9D,"
        " inclusion_probability) as inclusion_probability from {}",
        {"probability", "inclusion_probability"},
    ),
    "a weight is another": (
        "contexts_sampled",
        "select * except (weight), 2D as weight from {}",
        {"weights"},
    ),
    "a population is one more": (
        "sampling_audit",
        "select * except (population), population + 1 as population from {}",
        {"population"},
    ),
    "a stratum is not audited": (
        "sampling_audit",
        "select * from {} where stratum <> 'x/u'",
        {"population", "kept", "inclusion_probability", "target_of_split"},
    ),
    "a shortfall is hidden": (
        "sampling_audit",
        "select * except (shortfall), 0L as shortfall from {}",
        {"shortfall"},
    ),
    "a target is beyond the cap": (
        "sampling_audit",
        "select * except (target), if(stratum = 'y/v', 120L, target) as target from {}",
        {"target_bounds", "shortfall", "kept_of_target"},
    ),
    "a target is not of the rate": (
        "sampling_audit",
        "select * except (target), if(stratum = 'x/u' and split = 'train', 33L, target) as target"
        " from {}",
        {"target_of_rate", "shortfall", "kept_of_target"},
    ),
    "targets do not add up": (
        "sampling_audit",
        "select * except (target, kept, shortfall), target - 1 as target, kept, shortfall - 1 as"
        " shortfall from {} where split = 'validation' union all select * except (target, kept,"
        " shortfall), target, kept, shortfall from {} where split <> 'validation'",
        {"target_of_split", "kept_of_target"},
    ),
    "a requested share is another": (
        "sampling_audit",
        "select * except (requested_share), requested_share / 2 as requested_share from {}",
        {"requested_share"},
    ),
}


@pytest.fixture(scope="module")
def sound(sampler):
    """A sampler with what it made, of which its audit's test finds nothing wrong."""
    exact = sampler(sampling=AIMS)
    made = exact.run(contexts(CELLS))
    assert exact.faults() == set()
    return exact, made


@pytest.mark.parametrize("fault", BROKEN)
def test_a_wrong_audit_and_a_wrong_sample_are_found(sound, fault):
    exact, made = sound
    table, broken, found = BROKEN[fault]
    for name, frame in made.items():
        frame.createOrReplaceTempView(name)
    made[table].createOrReplaceTempView("sound")
    ((first,),) = exact.rows(
        "select min(profile_id) from contexts_sampled where stratum = 'x/u' and split = 'train'"
    )
    mutant = current_session().sql(broken.replace("{first}", str(first)).replace("{}", "sound"))
    mutant.createOrReplaceTempView(table)
    assert found <= {what for _, what in exact.faults()}


def test_a_bernoulli_draw_that_missed_its_hash_is_found(sampler):
    drawn = sampler(sampling=RATES, sampling_method="bernoulli")
    kept = drawn.run(contexts(CELLS))["contexts_sampled"]
    kept.where("profile_id % 5 > 0").createOrReplaceTempView("contexts_sampled")
    assert {"draw"} <= {what for _, what in drawn.faults()}


def sampled(schema):
    """Every byte of a schema's contexts_sampled, for what looks at keys: one JSON a row."""
    return f"select to_json(struct(*)) as row from {schema}.contexts_sampled order by row"


@pytest.mark.long
@pytest.mark.parametrize("threads", [1, 4])
def test_threads_change_no_byte(copy_project, tmp_path, small_world, query, threads):
    """Another process with other threads, on the raw tables of the small world."""
    project = copy_project("threads")
    profiles = yaml.safe_load((project / "profiles.yml").read_text())
    output = profiles["dmc12"]["outputs"]["local"]
    output |= {"master": f"local[{threads}]", "warehouse": str(tmp_path / "warehouse")}
    (project / "profiles.yml").write_text(yaml.safe_dump(profiles))
    commands = [
        ["dbt", "build", "--quiet", *NO_TESTS, "--select", "+contexts_sampled"],
        ["python", "-m", "dbt.adapters.sparksession.query", sampled("threads")],
    ]
    for command in commands:
        done = subprocess.run(
            [Path(sys.executable).parent / command[0], *command[1:]],
            cwd=project,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    found = [row["row"] for row in csv.DictReader(io.StringIO(done.stdout))]
    assert found == [row for (row,) in query(sampled(small_world))]


def test_a_new_profile_and_a_new_day_change_no_bernoulli_draw(
    small_world, copy_project, run_dbt, query
):
    """The old contexts are the small world's, whose own draw is another."""
    knobs = {"sampling": RATES, "sampling_method": "bernoulli"}
    old = copy_project("old_world", **knobs)
    tagged = f"select * from {small_world}.contexts_tagged"
    (old / "models" / "dataset" / "contexts_tagged.sql").write_text(tagged)
    run_dbt(old, "run", "--quiet", "--select", "contexts_tagged+,+contexts_sampled")
    new = copy_project("new_world", facts_end_at="2026-07-03", **knobs)
    add_visits(new / "seeds")
    run_dbt(new, "seed", "--quiet")
    run_dbt(new, "run", "--quiet", "--select", "+contexts_sampled")
    added = query(
        "select count(distinct profile_id), count(*) from new_world.contexts_tagged"
        " anti join old_world.contexts_tagged using (profile_id, context_at)"
    )
    assert added == [(2, 41)]
    draws = """
        select tagged.profile_id, tagged.context_at, sampled.inclusion_probability
        from old_world.contexts_tagged as tagged
        left join {}.contexts_sampled as sampled using (profile_id, context_at)
        where tagged.split in ('train', 'validation', 'test')
        order by all
    """
    assert query(draws.format("new_world")) == query(draws.format("old_world"))


def add_visits(seeds):
    """A new profile with a visit on each of 40 days, and an old profile's visit on a new day."""
    with (seeds / "raw_plays.csv").open() as file:
        plays = list(csv.DictReader(file))
    visitor = plays[-1]["profile_id"]
    days = [(date(2026, 5, 20) + timedelta(n)).isoformat() for n in range(40)]
    visits = [("999999", day) for day in days] + [(visitor, "2026-07-02")]
    with (seeds / "raw_plays.csv").open("a") as file:
        for number, (profile, day) in enumerate(visits):
            title = plays[0]["show_title_id"]
            file.write(f"{10**9 + number},{profile},{title},{day}T12:00:00Z,0.5,tv\n")
    with (seeds / "raw_profiles.csv").open("a") as file:
        file.write("999999,US,2026-05-19T00:00:00Z\n")
