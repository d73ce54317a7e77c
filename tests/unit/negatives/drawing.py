"""Catalogues, contexts and draws from plain Python values."""

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa

from dmc12.coplays import Coplays
from dmc12.negatives.batch import State
from dmc12.negatives.catalogue import Catalogue, Popularity
from dmc12.negatives.draw import Plan, draw_batch

DAY = 86_400_000_000
MOMENT = pa.timestamp("us", tz="UTC")
PLAY = pa.struct([("played_at", MOMENT), ("show_title_id", pa.int64())])
SHOWN = pa.struct([("shown_at", MOMENT), ("show_title_id", pa.int64())])


def catalogue(
    n: int, launched_on: Mapping[int, int] | None = None, countries: Mapping[int, str] | None = None
) -> Catalogue:
    """Titles 1..n, launched on day 0 and everywhere unless told otherwise."""
    ids = range(1, n + 1)
    return Catalogue.from_table(
        pa.table(
            {
                "show_title_id": pa.array(ids, pa.int64()),
                "launched_at": pa.array(
                    [(launched_on or {}).get(title, 0) * DAY for title in ids], pa.int64()
                ).cast(MOMENT),
                "country_iso_codes": [
                    (countries or {}).get(title, "*").split("|") for title in ids
                ],
            }
        )
    )


def state(
    titles: Catalogue,
    weights: Mapping[int, float] | None = None,
    cosines: Sequence[tuple[int, int, float]] = (),
    fitted_on: int = 1,
) -> State:
    """Popularity weights by title, and (title, neighbour, cosine), fitted on one day."""
    weights = weights or {}
    fit = pa.array([fitted_on * DAY], pa.int64()).cast(MOMENT)
    popularity = pa.table(
        {
            "fitted_at": pa.concat_arrays([fit] * len(weights)) if weights else fit[:0],
            "show_title_id": pa.array(list(weights), pa.int64()),
            "weight": pa.array(list(weights.values()), pa.float64()),
        }
    )
    neighbours = pa.table(
        {
            "fitted_at": pa.concat_arrays([fit] * len(cosines)) if cosines else fit[:0],
            "show_title_id": pa.array([row[0] for row in cosines], pa.int64()),
            "neighbour_id": pa.array([row[1] for row in cosines], pa.int64()),
            "cosine": pa.array([row[2] for row in cosines], pa.float64()),
        }
    )
    return State(
        titles,
        Popularity.from_table(popularity, titles),
        Coplays.from_table(neighbours, titles.titles),
    )


def contexts(
    profiles: Sequence[int],
    on: int | Sequence[int] = 10,
    past: Sequence[int] = (),
    window: Sequence[int] = (),
    shown: Sequence[int] = (),
    country: str | Sequence[str] = "NL",
) -> pa.RecordBatch:
    """A context a profile; all share what they played the day before, play then and are shown."""
    days = [on] * len(profiles) if isinstance(on, int) else on
    codes = [country] * len(profiles) if isinstance(country, str) else country
    plays = [
        [{"played_at": (day - 1) * DAY, "show_title_id": title} for title in past]
        + [{"played_at": day * DAY, "show_title_id": title} for title in window]
        for day in days
    ]
    impressions = [
        [{"shown_at": day * DAY, "show_title_id": title} for title in shown] for day in days
    ]
    return pa.RecordBatch.from_arrays(
        [
            pa.array(profiles, pa.int64()),
            pa.array(codes, pa.string()),
            pa.array([day * DAY for day in days], pa.int64()).cast(MOMENT),
            pa.array(["train"] * len(profiles), pa.string()),
            pa.array(plays, pa.list_(PLAY)),
            pa.array(impressions, pa.list_(SHOWN)),
        ],
        names=["profile_id", "country_iso_code", "context_at", "split", "plays", "impressions"],
    )


def plan(excludes_past: bool = True, salt: str = "salt", **quotas: int) -> Plan:
    """Quotas by strategy, in their order; a window of a day."""
    return Plan(quotas, excludes_past, DAY, salt)


def drawn(batch: pa.RecordBatch, of: State, by: Plan) -> list[list[dict]]:
    """The negatives of each context."""
    return draw_batch(batch, of, by)["negatives"].to_pylist()


def titles_of(negatives: Sequence[Sequence[Mapping]]) -> np.ndarray:
    """The titles drawn, contexts x draws, where all contexts drew as many."""
    return np.array([[negative["show_title_id"] for negative in each] for each in negatives])
