"""The search of a day's pairs of profile and title among all first plays, with marks and without.

    python benchmarks/first_plays.py [MILLIONS [SOUGHT [ROUNDS]]]     (80, 400,000 and 3 by default)

As title_plays_daily has it: arrays of profile ids by title, exploded, against a broadcast table of
pairs by hash; with marks a bit of each sought pair's hash, in an array of words, is asked first.
The sides take turns on one Spark, after a turn of each that is not counted. Prints the seconds of
each search and the ratio of the medians; both must find the same.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time

from dbt.adapters.sparksession.credentials import SparksessionCredentials
from dbt.adapters.sparksession.session import close_session, open_session

A_ROW = 6  # first plays of a title on a day in a country
STANDING = f"""
select
    pmod(xxhash64(id), 5000L) as show_title_id,
    transform(sequence(1, {A_ROW}), place -> pmod(xxhash64(id, place), 50000L)) as new_profile_ids
from range(0, {{rows}}, 1, 16)
"""
SOUGHT = """
select distinct
    pmod(xxhash64(id, 1), 50000L) as profile_id,
    pmod(xxhash64(id), 5000L) as show_title_id
from range({sought})
"""
WORDS = 65536
WORD = f"shiftright(pair & {64 * WORDS - 1}, 6)"
MARK = "shiftleft(1L, int(pair & 63))"
SEARCH = """
with
hashed as (
    select profile_id, show_title_id, xxhash64(profile_id, show_title_id) as pair
    from (select explode(new_profile_ids) as profile_id, show_title_id from standing)
),
seek as (select xxhash64(profile_id, show_title_id) as pair from sought),
{marks}
select /*+ broadcast(seek) */ count(*) as n, bit_xor(pair) as pairs
from hashed
left semi join seek on hashed.pair = seek.pair
where {is_marked}
"""
MARKS = f"""
marked as (select {WORD} as place, bit_or({MARK}) as marks from seek group by {WORD}),
marks as (
    select sort_array(collect_list(struct(id, coalesce(marks, 0L) as marks))).marks as words
    from range({WORDS}) left join marked on id = place
)
"""
HASHED = {name: text.replace("pair", "hashed.pair") for name, text in (("w", WORD), ("m", MARK))}
IS_MARKED = f"element_at((select words from marks), int({HASHED['w']}) + 1) & {HASHED['m']} <> 0"
SIDES = {
    "marks": SEARCH.format(marks=MARKS, is_marked=IS_MARKED),
    "pairs alone": SEARCH.format(marks="nothing as (select 1)", is_marked="true"),
}


def main(millions: int = 80, sought: int = 400_000, rounds: int = 3) -> None:
    """Search in turns."""
    tables = {
        "standing": STANDING.format(rows=millions * 1_000_000 // A_ROW),
        "sought": SOUGHT.format(sought=sought),
    }
    found: dict[str, list[float]] = {side: [] for side in SIDES}
    with tempfile.TemporaryDirectory() as folder:
        session = open_session(
            SparksessionCredentials(
                schema="default", database=None, warehouse=f"{folder}/warehouse", logs=folder
            )
        )
        try:
            for name, query in tables.items():
                session.sql(query).write.parquet(f"{folder}/{name}")
                session.read.parquet(f"{folder}/{name}").createOrReplaceTempView(name)
            for turn in range(rounds + 1):
                answers = []
                for side, query in SIDES.items():
                    begun = time.perf_counter()
                    answers.append(session.sql(query).collect())
                    if turn:
                        found[side].append(time.perf_counter() - begun)
                        print(f"round {turn}, {side}: {found[side][-1]:.1f} s", flush=True)
                assert answers[0] == answers[1]
        finally:
            close_session()
    print(f"{answers[0][0].n} of {millions} million pairs are among those sought")
    medians = {side: statistics.median(seconds) for side, seconds in found.items()}
    ratio = medians["pairs alone"] / medians["marks"]
    print(", ".join(f"{side} {seconds:.1f} s" for side, seconds in medians.items()), end=": ")
    print(f"{ratio:.2f} times")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
