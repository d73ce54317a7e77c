"""Features by encoders against the same features made in other ways, on the same tables.

- rows: an RDD of rows, one Python function a row (the rows of the same join);
- flat: items and plays exploded, joined with each other and with the snapshots, and collected;
- lambdas: Spark SQL's higher-order functions over items and plays;
- bare: the same join and write, the features being read from nothing.

`flat` and `lambdas` make some of the features; encoders are timed making the same ones. `rows`
makes all of them, from fewer contexts, since it takes long; times are compared by the item. Each
side is timed twice: making its rows and dropping them, and making and writing them as Parquet, as
the project writes dmc12_featurized. What is written is compared on a sample of contexts. One warm
session, two cores, in turns; medians.

Run: python benchmarks/features.py [contexts] [rounds]     (8,000 of 250 items and 3 by default)
"""

from __future__ import annotations

import math
import os
import statistics
import sys
import tempfile
import time
from bisect import bisect_right
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import yaml
from pyspark.sql import DataFrame, Row, SparkSession
from pyspark.sql import functions as F  # noqa: N812

from dmc12.encoders import FEATURES
from dmc12.encoders.batch import DAY
from dmc12.knobs import knobs_of
from dmc12.spark import Lookups, featurize

ROOT = Path(__file__).parents[1]
PROFILES, PLAYS, TITLES, ITEMS, DAYS, ROWS_SHARE = 2_000, 60, 500, 250, 14, 10
COUNTRIES = ["US", "BR", "IN", "GB", "DE", "FR", "JP", "MX"]
START = int(np.datetime64("2026-06-01", "us").astype(np.int64))
MOMENT = pa.timestamp("us", tz="UTC")
ALL = [
    name
    for name, encoder in FEATURES.items()
    if encoder.family != "oracle" and "earlier_ranker" not in encoder.needs
]
FLAT = [
    *(name for name in ALL if name.startswith(("tenure", "title_plays", "title_profiles"))),
    *("title_trend", "title_country_plays_7d", "title_country_plays_28d", "title_country_plays"),
    *("title_country_share", "title_age_days"),
    *("own_plays", "own_plays_7d", "own_plays_28d", "own_strength", "own_days_since_first"),
    *("own_days_since_last", "is_new_to_profile", "creator_affinity", "creator_plays_28d"),
    *("profile_plays", "profile_plays_7d", "profile_plays_28d", "profile_days_since_play"),
]
LAMBDAS = [
    *("tenure_days", "profile_plays", "profile_plays_7d", "profile_plays_28d"),
    *("own_plays", "own_plays_28d", "own_strength", "own_days_since_last", "is_new_to_profile"),
]


# --- the tables -----------------------------------------------------------------------------------


def write_tables(session: SparkSession, folder: Path, contexts: int) -> dict[str, DataFrame]:
    """Make up the tables; contexts and histories lie in four buckets of profiles each."""
    chance = np.random.default_rng(12)
    title_ids = np.arange(1, TITLES + 1)
    titles = pa.table(
        {
            "show_title_id": title_ids,
            "launched_at": pa.array(START - chance.integers(1, 3000, TITLES) * DAY, MOMENT),
            "genres": [["drama", "comedy", "crime", "docs"][: 1 + one % 3] for one in title_ids],
            "creator": [f"c{one % 120}" for one in title_ids],
        }
    )
    keys = [
        (day, country, title)
        for day in range(DAYS)
        for country in ["*", *COUNTRIES]
        for title in title_ids
    ]
    counts = np.sort(chance.integers(0, 500, (len(keys), 5)), axis=1)
    popularity = pa.table(
        {
            "country_iso_code": [key[1] for key in keys],
            "show_title_id": [key[2] for key in keys],
            "plays_1d": counts[:, 0],
            "plays_7d": counts[:, 1],
            "plays_28d": counts[:, 2],
            "plays_all": counts[:, 4] + 1,
            "profiles_all": counts[:, 3] + 1,
            "trend": (4.0 * counts[:, 1] + 1) / (counts[:, 2] + 1),
            "day": pa.array(START // DAY + np.array([key[0] for key in keys]), pa.int32()).cast(
                pa.date32()
            ),
        }
    )
    neighbours = 50
    coplays = pa.table(
        {
            "fitted_at": pa.array([START - DAY] * TITLES * neighbours, MOMENT),
            "show_title_id": np.repeat(title_ids, neighbours),
            "neighbour_id": np.concatenate(
                [1 + (one + np.arange(1, neighbours + 1) * 7) % TITLES for one in title_ids]
            ),
            "cosine": chance.uniform(0.01, 1, TITLES * neighbours),
        }
    )
    factors = pa.table(
        {
            "fitted_at": pa.array([START - DAY] * TITLES, MOMENT),
            "show_title_id": title_ids,
            "factors": chance.normal(size=(TITLES, 8)).tolist(),
            "alpha": [10.0] * TITLES,
            "regularisation": [0.1] * TITLES,
        }
    )
    play_at = np.sort(START - chance.integers(0, 90 * DAY, (PROFILES, PLAYS)), axis=1)
    history = pa.table(
        {
            "profile_id": np.arange(PROFILES),
            "signed_up_at": pa.array([START - 400 * DAY] * PROFILES, MOMENT),
            "plays": pa.array(
                [
                    [
                        {"played_at": int(at), "show_title_id": int(title), "strength": 0.5}
                        for at, title in zip(moments, played, strict=True)
                    ]
                    for moments, played in zip(
                        play_at, chance.integers(1, TITLES + 1, (PROFILES, PLAYS)), strict=True
                    )
                ],
                pa.list_(
                    pa.struct(
                        [
                            ("played_at", MOMENT),
                            ("show_title_id", pa.int64()),
                            ("strength", pa.float64()),
                        ]
                    )
                ),
            ),
        }
    )
    profile = np.arange(contexts) % PROFILES
    labeled = pa.table(
        {
            "profile_id": profile,
            "country_iso_code": [COUNTRIES[one % len(COUNTRIES)] for one in profile],
            "context_at": pa.array(START + np.arange(contexts) * (DAYS * DAY // contexts), MOMENT),
            "items": pa.array(
                [
                    [
                        {"show_title_id": int(title), "label": 0.0, "weight": 1.0}
                        for title in chance.permutation(title_ids)[:ITEMS]
                    ]
                    for _ in range(contexts)
                ]
            ),
        }
    )
    tables = {
        "titles": titles,
        "popularity": popularity,
        "coplays": coplays,
        "factors": factors,
        "history": history,
        "labeled": labeled,
        "completeness": pa.table(
            {"day": pa.array([START // DAY - 90], pa.int32()).cast(pa.date32())}
        ),
    }
    frames = {}
    for name, table in tables.items():
        pq.write_table(table, folder / f"{name}.parquet", row_group_size=20_000)
        writer = session.read.parquet(str(folder / f"{name}.parquet")).write
        if name in ("history", "labeled"):
            writer = writer.bucketBy(4, "profile_id")
        if name == "popularity":
            writer = writer.partitionBy("day")
        writer.mode("overwrite").saveAsTable(name)
        frames[name] = session.table(name)
    return frames


# --- the sides ------------------------------------------------------------------------------------


def encoders(tables: dict[str, DataFrame], features: list[str], contexts: DataFrame) -> DataFrame:
    lookups = ("titles", "popularity", "coplays", "factors", "completeness")
    return featurize(
        contexts,
        history=tables["history"],
        lookups=Lookups(**{name: tables[name] for name in lookups}),
        knobs=knobs(features),
    )


def knobs(features: list[str]) -> Any:
    import yaml

    declared = yaml.safe_load((Path(__file__).parents[1] / "dbt_project.yml").read_text())
    rankers = {"one": {"trainer": "feature", "params": {"feature": features[0]}}}
    changed = {"features": features, "world": None, "rankers": rankers, "control_ranker": "one"}
    return knobs_of(declared["vars"]["dmc12"] | changed)


def bare(tables: dict[str, DataFrame], contexts: DataFrame) -> DataFrame:
    """The same join and the same write, features being constants."""
    seen = tables["history"].hint("shuffle_hash")
    zeros = ", ".join(f"item.weight + size(plays) as {name}" for name in ALL)
    items = f"transform(items, item -> struct(item.*, struct({zeros}) as features))"
    items = items.replace("item.*", "item.show_title_id, item.label, item.weight")
    return contexts.join(seen, "profile_id").select(
        "profile_id", "country_iso_code", "context_at", F.expr(items).alias("items")
    )


def lambdas(tables: dict[str, DataFrame], contexts: DataFrame) -> DataFrame:
    """Some features by Spark SQL's higher-order functions."""
    day = "86400D"
    age = f"(unix_micros(context_at) - unix_micros(play.played_at)) / 1e6D / {day}"
    own = "filter(past, play -> play.show_title_id = item.show_title_id)"
    fields = {
        "tenure_days": f"(unix_micros(context_at) - unix_micros(signed_up_at)) / 1e6D / {day}",
        "profile_plays": "double(size(past))",
        "profile_plays_7d": f"double(size(filter(past, play -> {age} <= 7)))",
        "profile_plays_28d": f"double(size(filter(past, play -> {age} <= 28)))",
        "own_plays": f"double(size({own}))",
        "own_plays_28d": f"double(size(filter({own}, play -> {age} <= 28)))",
        "own_strength": f"aggregate({own}, 0D, (total, play) -> total + play.strength)",
        "own_days_since_last": f"coalesce(array_min(transform({own}, play -> {age})), 9999D)",
        "is_new_to_profile": f"if(size({own}) = 0, 1D, 0D)",
    }
    struct = ", ".join(f"{fields[name]} as {name}" for name in LAMBDAS)
    return (
        contexts.join(tables["history"].hint("shuffle_hash"), "profile_id")
        .withColumn("past", F.expr("filter(plays, play -> play.played_at < context_at)"))
        .select(
            "profile_id",
            "country_iso_code",
            "context_at",
            F.expr(
                "transform(items, item -> struct(item.show_title_id, item.label, item.weight, "
                f"struct({struct}) as features))"
            ).alias("items"),
        )
    )


def flat(tables: dict[str, DataFrame], contexts: DataFrame) -> DataFrame:
    """Some features by exploding items and plays, joining, and collecting."""
    for name in ("titles", "popularity", "history"):
        tables[name].createOrReplaceTempView(f"flat_{name}")
    contexts.createOrReplaceTempView("flat_contexts")
    struct = ", ".join(FLAT)
    return contexts.sparkSession.sql(f"""
        with items as (
            select profile_id, country_iso_code, context_at, posexplode(items) as (place, item)
            from flat_contexts
        ), plays as (
            select contexts.profile_id, contexts.context_at, play.show_title_id, play.strength,
                (unix_micros(contexts.context_at) - unix_micros(play.played_at)) / 1e6D / 86400D
                    as age
            from flat_contexts as contexts
            join (select profile_id, explode(plays) as play from flat_history) as history
                on contexts.profile_id = history.profile_id
                and play.played_at < contexts.context_at
        ), own as (
            select profile_id, context_at, show_title_id, double(count(*)) as own_plays,
                double(count_if(age <= 7)) as own_plays_7d,
                double(count_if(age <= 28)) as own_plays_28d, sum(strength) as own_strength,
                max(age) as own_days_since_first, min(age) as own_days_since_last
            from plays group by profile_id, context_at, show_title_id
        ), profile as (
            select profile_id, context_at, double(count(*)) as profile_plays,
                double(count_if(age <= 7)) as profile_plays_7d,
                double(count_if(age <= 28)) as profile_plays_28d,
                min(age) as profile_days_since_play
            from plays group by profile_id, context_at
        ), creator as (
            select profile_id, context_at, creator, double(count(*)) as creator_plays,
                double(count_if(age <= 28)) as creator_plays_28d
            from plays join flat_titles using (show_title_id)
            group by profile_id, context_at, creator
        ), joined as (
            select items.profile_id, items.country_iso_code, items.context_at,
                items.place, items.item,
                (unix_micros(items.context_at) - unix_micros(history.signed_up_at)) / 1e6D / 86400D
                    as tenure_days,
                (unix_micros(items.context_at) - unix_micros(titles.launched_at)) / 1e6D / 86400D
                    as title_age_days,
                coalesce(own.own_plays, 0) as own_plays,
                coalesce(own.own_plays_7d, 0) as own_plays_7d,
                coalesce(own.own_plays_28d, 0) as own_plays_28d,
                coalesce(own.own_strength, 0) as own_strength,
                coalesce(own.own_days_since_first, 9999) as own_days_since_first,
                coalesce(own.own_days_since_last, 9999) as own_days_since_last,
                if(own.own_plays is null, 1D, 0D) as is_new_to_profile,
                coalesce(profile_plays, 0) as profile_plays,
                coalesce(profile_plays_7d, 0) as profile_plays_7d,
                coalesce(profile_plays_28d, 0) as profile_plays_28d,
                coalesce(profile_days_since_play, 9999) as profile_days_since_play,
                coalesce(creator_plays / profile_plays, 0) as creator_affinity,
                coalesce(creator.creator_plays_28d, 0) as creator_plays_28d,
                double(everywhere.plays_1d) as title_plays_1d,
                double(everywhere.plays_7d) as title_plays_7d,
                double(everywhere.plays_28d) as title_plays_28d,
                double(everywhere.plays_all) as title_plays,
                double(everywhere.profiles_all) as title_profiles,
                everywhere.plays_all / greatest(everywhere.profiles_all, 1D)
                    as title_plays_per_profile,
                everywhere.trend as title_trend,
                double(country.plays_7d) as title_country_plays_7d,
                double(country.plays_28d) as title_country_plays_28d,
                double(country.plays_all) as title_country_plays,
                country.plays_all / greatest(everywhere.plays_all, 1D) as title_country_share
            from items
            join flat_history as history on items.profile_id = history.profile_id
            join flat_titles as titles on items.item.show_title_id = titles.show_title_id
            left join own on items.profile_id = own.profile_id and items.context_at = own.context_at
                and items.item.show_title_id = own.show_title_id
            left join profile on items.profile_id = profile.profile_id
                and items.context_at = profile.context_at
            left join creator on items.profile_id = creator.profile_id
                and items.context_at = creator.context_at and titles.creator = creator.creator
            left join flat_popularity as everywhere on everywhere.day = date(items.context_at)
                and everywhere.country_iso_code = '*'
                and everywhere.show_title_id = items.item.show_title_id
            left join flat_popularity as country on country.day = date(items.context_at)
                and country.country_iso_code = items.country_iso_code
                and country.show_title_id = items.item.show_title_id
        ), collected as (
            select profile_id, country_iso_code, context_at,
                sort_array(collect_list(struct(
                    place, item.show_title_id, item.label, item.weight, struct({struct}) as features
                ))) as items
            from joined group by profile_id, country_iso_code, context_at
        )
        select profile_id, country_iso_code, context_at, transform(items, item -> struct(
            item.show_title_id, item.label, item.weight, item.features)) as items
        from collected
    """)


def rows(tables: dict[str, DataFrame], contexts: DataFrame) -> DataFrame:
    """All features by a Python function a row of an RDD."""
    session = contexts.sparkSession
    lookups = session.sparkContext.broadcast(
        {
            "titles": {one.show_title_id: one for one in tables["titles"].collect()},
            "popularity": {
                (one.day.toordinal(), one.country_iso_code, one.show_title_id): one
                for one in tables["popularity"].collect()
            },
            "cosines": {
                (one.show_title_id, one.neighbour_id): one.cosine
                for one in tables["coplays"].collect()
            },
            "factors": {one.show_title_id: one for one in tables["factors"].collect()},
        }
    )
    joined = contexts.join(tables["history"].hint("shuffle_hash"), "profile_id")
    schema = encoders(tables, ALL, contexts).schema
    return session.createDataFrame(
        joined.rdd.mapPartitions(lambda part: featurized_rows(part, lookups.value)), schema
    )


def featurized_rows(part: Any, tables: dict[str, Any]) -> Any:
    totals: dict[tuple[int, str], float] = {}
    for (day, country, _), one in tables["popularity"].items():
        totals[day, country] = totals.get((day, country), 0.0) + one.plays_28d
    factors = tables["factors"]
    rank = len(next(iter(factors.values())).factors)
    gram = [
        [sum(y.factors[i] * y.factors[j] for y in factors.values()) for j in range(rank)]
        for i in range(rank)
    ]
    for row in part:
        yield featurized_row(row, tables, totals, gram)


def days(delta: Any) -> float:
    return delta.total_seconds() / 86400.0


def featurized_row(row: Row, tables: dict[str, Any], totals: Any, gram: Any) -> Row:
    """The encoders' features in plain Python: the profile's once, the rest an item at a time."""
    titles, factors = tables["titles"], tables["factors"]
    at, day = row.context_at, row.context_at.toordinal()
    plays = [play for play in row.plays if play.played_at < at]
    ages = [days(at - play.played_at) for play in plays]
    own: dict[int, list[int]] = {}
    for place, play in enumerate(plays):
        own.setdefault(play.show_title_id, []).append(place)
    n = len(plays)
    starts = [
        place
        for place in range(n)
        if place == 0 or days(plays[place].played_at - plays[place - 1].played_at) >= 4 / 24
    ]
    recent = [place for place in range(n) if ages[place] <= 28]
    genres: dict[float, dict[str, float]] = {}
    for window in (9e9, 7, 28):
        taste: dict[str, float] = {}
        for place, play in enumerate(plays):
            if ages[place] <= window:
                for genre in titles[play.show_title_id].genres:
                    share = play.strength / len(titles[play.show_title_id].genres)
                    taste[genre] = taste.get(genre, 0.0) + share
        total = sum(taste.values())
        genres[window] = {genre: value / total for genre, value in taste.items()}
    creators: dict[str, list[int]] = {}
    for place, play in enumerate(plays):
        creators.setdefault(titles[play.show_title_id].creator, []).append(place)
    clock = at.hour + at.minute / 60 + at.second / 3600 + at.microsecond / 3.6e9
    near = 0
    for play in plays:
        apart = (days(play.played_at - at)) % 1.0
        near += min(apart, 1 - apart) <= 3 / 24
    profile = {
        "context_hour": clock,
        "context_weekday": float(at.weekday()),
        "context_is_weekend": float(at.weekday() >= 5),
        "tenure_days": days(at - row.signed_up_at),
        "profile_plays": float(n),
        "profile_plays_7d": float(sum(age <= 7 for age in ages)),
        "profile_plays_28d": float(len(recent)),
        "profile_titles": float(len(own)),
        "profile_repeat_share": 1 - len(own) / n if n else 0.0,
        "profile_days_since_play": ages[-1] if n else 9999.0,
        "profile_visits": float(len(starts)),
        "profile_visit_interval_days": (ages[starts[0]] - ages[starts[-1]]) / (len(starts) - 1)
        if len(starts) > 1
        else 9999.0,
        "profile_last_visit_plays": float(n - starts[-1]) if n else 0.0,
        "profile_plays_per_visit": n / max(len(starts), 1),
        "profile_hour_share": near / max(n, 1),
        "profile_weekday_share": sum(play.played_at.weekday() == at.weekday() for play in plays)
        / max(n, 1),
        "profile_novelty_28d": sum(own[plays[place].show_title_id][0] == place for place in recent)
        / max(len(recent), 1),
    }
    left = [list(line) for line in gram]
    right = [0.0] * len(gram)
    for title, places in own.items():
        y, r = factors[title].factors, 10.0 * len(places)
        for i, value in enumerate(y):
            right[i] += (1 + r) * value
            for j, other in enumerate(y):
                left[i][j] += r * value * other
    for i in range(len(gram)):
        left[i][i] += 0.1 * max(len(own), 1)
    own_factors = np.linalg.solve(np.array(left), np.array(right)).tolist()
    items = []
    for item in row.items:
        title = item.show_title_id
        attributes = titles[title]
        everywhere = tables["popularity"][day, "*", title]
        country = tables["popularity"][day, row.country_iso_code, title]
        places = own.get(title, [])
        since_first = ages[places[0]] if places else 9999.0
        since_last = ages[places[-1]] if places else 9999.0
        own_visits = sorted({bisect_right(starts, place) - 1 for place in places})
        own_days = len({plays[place].played_at.toordinal() for place in places})
        interval = (since_first - since_last) / max(own_days - 1, 1)
        share = everywhere.plays_28d / max(totals[day, "*"], 1.0)
        shrunk = (country.plays_28d + 50 * share) / (totals[day, row.country_iso_code] + 50)
        by_creator = creators.get(attributes.creator, [])
        cosines = {other: tables["cosines"].get((other, title), 0.0) for other in own}
        age = days(at - attributes.launched_at)
        tastes = {
            window: sum(taste.get(genre, 0.0) for genre in attributes.genres)
            / len(attributes.genres)
            for window, taste in genres.items()
        }
        features = {
            **profile,
            "title_plays_1d": float(everywhere.plays_1d),
            "title_plays_7d": float(everywhere.plays_7d),
            "title_plays_28d": float(everywhere.plays_28d),
            "title_plays": float(everywhere.plays_all),
            "title_profiles": float(everywhere.profiles_all),
            "title_plays_per_profile": everywhere.plays_all / max(everywhere.profiles_all, 1),
            "title_trend": everywhere.trend,
            "title_country_plays_1d": float(country.plays_1d),
            "title_country_plays_7d": float(country.plays_7d),
            "title_country_plays_28d": float(country.plays_28d),
            "title_country_plays": float(country.plays_all),
            "title_country_share": country.plays_all / max(everywhere.plays_all, 1),
            "title_country_trend": country.trend,
            "title_play_share_28d": share,
            "title_country_lift": shrunk / share if share > 0 else 1.0,
            "title_age_days": age,
            "title_is_new": float(age <= 28),
            "own_plays": float(len(places)),
            "own_plays_7d": float(sum(ages[place] <= 7 for place in places)),
            "own_plays_28d": float(sum(ages[place] <= 28 for place in places)),
            "own_strength": float(sum(plays[place].strength for place in places)),
            "own_last_strength": plays[places[-1]].strength if places else 0.0,
            "own_days": float(own_days),
            "own_share": len(places) / n if places else 0.0,
            "own_days_since_first": since_first,
            "own_days_since_last": since_last,
            "own_overdue": since_last / (interval + 1) if own_days > 1 else 0.0,
            "own_visit_share": len(own_visits) / (len(starts) - own_visits[0]) if places else 0.0,
            "own_visits_since_last": len(starts) - 1.0 - own_visits[-1] if places else 9999.0,
            "is_new_to_profile": 0.0 if places else 1.0,
            "is_out_since_last_play": float(n > 0 and attributes.launched_at > plays[-1].played_at),
            "genre_affinity": tastes[9e9],
            "genre_affinity_7d": tastes[7],
            "genre_affinity_28d": tastes[28],
            "creator_affinity": len(by_creator) / max(n, 1),
            "creator_plays_28d": float(sum(ages[place] <= 28 for place in by_creator)),
            "creator_days_since_last": ages[by_creator[-1]] if by_creator else 9999.0,
            "coplay_similarity": sum(cosines.values()),
            "coplay_similarity_mean": sum(cosines.values()) / max(len(own), 1),
            "coplay_similarity_28d": sum(
                cosine for other, cosine in cosines.items() if ages[own[other][-1]] <= 28
            )
            + 0.0,
            "coplay_similarity_recent": sum(
                cosine * math.exp(-ages[own[other][-1]] / 7) for other, cosine in cosines.items()
            ),
            "coplay_similarity_last": tables["cosines"].get((plays[-1].show_title_id, title), 0.0)
            if n
            else 0.0,
            "als_score": sum(
                a * b for a, b in zip(own_factors, factors[title].factors, strict=True)
            ),
        }
        items.append((title, item.label, item.weight, tuple(features[name] for name in ALL)))
    return Row(row.profile_id, row.country_iso_code, row.context_at, items)


# --- the comparison -------------------------------------------------------------------------------


@cache
def written_with() -> dict[str, str]:
    """Return the options with which the project writes dmc12_featurized, for all sides."""
    models = yaml.safe_load((ROOT / "dbt_project.yml").read_text())["models"]["dmc12"]
    own = models["features"]["dmc12_featurized"]["+options"]
    return {"compression": models["+compression"], **own}


def timed(make: Callable[[], DataFrame], path: Path | None = None) -> float:
    began = time.monotonic()
    writer = make().write.mode("overwrite")
    if path is None:
        writer.format("noop").save()
    else:
        writer.options(**written_with()).parquet(str(path))
    return time.monotonic() - began


def assert_equal(session: SparkSession, one: Path, other: Path, names: list[str]) -> None:
    def values(path: Path) -> Any:
        flat = session.read.parquet(str(path)).where(
            f"profile_id % {ROWS_SHARE} = 0 and profile_id < 100"
        )
        exploded = flat.select("profile_id", "context_at", F.explode("items").alias("item"))
        fields = [F.col(f"item.features.{name}") for name in names]
        keys = ["profile_id", "context_at", F.col("item.show_title_id").alias("title")]
        return (
            exploded.select(*keys, *fields)
            .toPandas()
            .sort_values(["profile_id", "context_at", "title"])
        )

    left, right = values(one), values(other)
    assert len(left) > 0
    for name in names:
        np.testing.assert_allclose(left[name], right[name], rtol=1e-9, atol=1e-9, err_msg=name)


def main(contexts: int, rounds: int) -> None:
    with tempfile.TemporaryDirectory() as text:
        folder = Path(text)
        os.chdir(folder)
        session = (
            SparkSession.builder.master("local[2]")
            .config("spark.driver.memory", "3g")
            .config("spark.ui.enabled", "false")
            .config("spark.log.level", "ERROR")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.shuffle.partitions", "4")
            .config("spark.sql.execution.arrow.maxRecordsPerBatch", "64")
            .config("spark.sql.parquet.columnarReaderBatchSize", "64")
            .config("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS")
            .config("spark.sql.warehouse.dir", str(folder / "warehouse"))
            .getOrCreate()
        )
        tables = write_tables(session, folder, contexts)
        whole = tables["labeled"]
        few = whole.where(f"profile_id % {ROWS_SHARE} = 0")
        sides: dict[str, tuple[Callable[[], DataFrame], int]] = {
            "encoders, all": (lambda: encoders(tables, ALL, whole), contexts),
            "bare scan and write": (lambda: bare(tables, whole), contexts),
            "rows, all": (lambda: rows(tables, few), few.count()),
            "encoders, as rows": (lambda: encoders(tables, ALL, few), few.count()),
            "encoders, as flat": (lambda: encoders(tables, FLAT, whole), contexts),
            "flat": (lambda: flat(tables, whole), contexts),
            "encoders, as lambdas": (lambda: encoders(tables, LAMBDAS, whole), contexts),
            "lambdas": (lambda: lambdas(tables, whole), contexts),
        }
        taken: dict[str, list[tuple[float, float]]] = {name: [] for name in sides}
        for number in range(rounds + 1):
            for name, (make, _) in sides.items():
                path = folder / name.replace(", ", "_").replace(" ", "_")
                both = timed(make), timed(make, path)
                if number:  # the first round warms up
                    taken[name].append(both)
        print(f"{contexts * ITEMS:,} items; {len(ALL)}, {len(FLAT)}, {len(LAMBDAS)} features")
        print(f"{'us an item':22} {'items':>9} {'made':>8} {'written':>8}")
        per_item = {}
        for name, (_, n) in sides.items():
            made, written = (
                1e6 * statistics.median(times) / (n * ITEMS)
                for times in zip(*taken[name], strict=True)
            )
            per_item[name] = made, written
            print(f"{name:22} {n * ITEMS:9,} {made:8.2f} {written:8.2f}")
        for slow, fast in (
            ("rows, all", "encoders, all"),
            ("rows, all", "encoders, as rows"),
            ("flat", "encoders, as flat"),
            ("lambdas", "encoders, as lambdas"),
            ("encoders, all", "bare scan and write"),
        ):
            made, written = (a / b for a, b in zip(per_item[slow], per_item[fast], strict=True))
            print(f"{slow} / {fast}: made {made:.1f}, written {written:.1f}")
        assert_equal(session, folder / "rows_all", folder / "encoders_all", ALL)
        assert_equal(session, folder / "flat", folder / "encoders_as_flat", FLAT)
        assert_equal(session, folder / "lambdas", folder / "encoders_as_lambdas", LAMBDAS)
        session.stop()


if __name__ == "__main__":
    given = [int(text) for text in sys.argv[1:]]
    main(*given, *(8_000, 3)[len(given) :])
