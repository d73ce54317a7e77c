"""The search of a day's pairs of profile and title among all first plays, with marks and without.

    python benchmarks/first_plays.py [MILLIONS [SOUGHT [ROUNDS]]]     (80, 400,000 and 3 by default)

As title_plays_daily has it: arrays of profile ids by title, exploded, against a broadcast table of
pairs by hash; with marks a bit of each sought pair's hash, in an array of words, is asked first.
The sides take turns on one Spark, after a turn of each that is not counted. Prints the seconds of
each search and the ratio of the medians; both must find the same.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from turns import in_turns, spark_of_its_own

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
bits as (
    select {WORD} as place, {MARK} as bit from seek
    union all
    select id as place, 0L as bit from range({WORDS})
),
every_word as (select place, bit_or(bit) as word from bits group by place),
marks as (select sort_array(collect_list(struct(place, word))).word as words from every_word)
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
    with spark_of_its_own() as (session, folder):
        for name, query in tables.items():
            session.sql(query).write.parquet(f"{folder}/{name}")
            session.read.parquet(f"{folder}/{name}").createOrReplaceTempView(name)

        def side(query: str) -> Callable[[int], Callable[[], Any]]:
            return lambda turn: lambda: session.sql(query).collect()

        in_turns({name: side(query) for name, query in SIDES.items()}, rounds)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
