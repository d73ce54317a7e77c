"""A small literal world: three titles, two countries, snapshots of 2026-06-10."""

from datetime import date

import pyarrow as pa
import pytest
from histories import MOMENT, at

from dmc12.encoders.state import State
from dmc12.trainers import text_sha256
from dmc12.trainers.linear import LinearScorer


@pytest.fixture
def state() -> State:
    return make_state()


@pytest.fixture
def delayed() -> State:
    """The same world where a fact becomes visible an hour after it happened."""
    return make_state(publish_delay_hours=1.0)


def make_state(**settings: float) -> State:
    titles = pa.table(
        {
            "show_title_id": [30, 10, 20],
            "launched_at": pa.array([at("2026-06-01"), at("2026-01-01"), at("2026-03-01")], MOMENT),
            "genres": [["drama"], ["drama", "comedy"], []],
            "creator": ["ann", "bo", None],
        }
    )
    popularity = pa.table(
        {
            "day": pa.array([date(2026, 6, 10)] * 3, pa.date32()),
            "country_iso_code": ["*", "US", "*"],
            "show_title_id": [10, 10, 30],
            "plays_1d": [3, 1, 0],
            "plays_7d": [7, 2, 0],
            "plays_28d": [20, 4, 5],
            "plays_all": [50, 10, 5],
            "profiles_all": [25, 5, 5],
            "trend": [29 / 21, 9 / 5, 1 / 6],
        }
    )
    coplays = pa.table(
        {
            "fitted_at": pa.array([at("2026-06-01"), at("2026-06-01"), at("2026-06-11")], MOMENT),
            "show_title_id": [10, 20, 10],
            "neighbour_id": [30, 10, 20],
            "cosine": [0.5, 0.25, 0.9],
        }
    )
    factors = pa.table(
        {
            "fitted_at": pa.array([at("2026-06-01")] * 2, MOMENT),
            "show_title_id": [20, 10],
            "factors": [[0.5], [1.0]],
            "alpha": [1.0, 1.0],
            "regularisation": [0.1, 0.1],
        }
    )
    earlier = LinearScorer(("title_plays", "own_plays"), (0.5, 2.0), (1.0, 1.0), 1.0).to_text()
    earlier_ranker = pa.table(
        {
            "learned_until": pa.array([at("2026-05-02")], MOMENT),
            "text": [earlier],
            "text_sha256": [text_sha256(earlier)],
        }
    )
    return State.from_tables(
        titles,
        popularity,
        coplays,
        factors=factors,
        earlier_ranker=earlier_ranker,
        facts_from=date(2026, 5, 1),
        **settings,
    )
