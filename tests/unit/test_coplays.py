"""Item-item cosines."""

import pyarrow as pa
import pytest

from dmc12.coplays import coplay_cosines


def cosines(pairs, neighbours=10):
    profile, title = zip(*pairs, strict=True)
    table = coplay_cosines(pa.table({"profile_id": profile, "show_title_id": title}), neighbours)
    return [tuple(row.values()) for row in table.to_pylist()]


def test_the_cosine_counts_profiles_that_played_both():
    pairs = [(1, 10), (1, 20), (2, 10), (3, 20), (3, 30), (4, 10), (4, 10)]
    assert cosines(pairs) == [
        (10, 20, pytest.approx(1 / (3 * 2) ** 0.5)),
        (20, 10, pytest.approx(1 / (3 * 2) ** 0.5)),
        (20, 30, pytest.approx(1 / 2**0.5)),
        (30, 20, pytest.approx(1 / 2**0.5)),
    ]


def test_only_the_nearest_neighbours_stay_ties_to_the_smaller_id():
    pairs = [(1, 10), (1, 20), (1, 30), (2, 40), (2, 10), (2, 20)]
    assert [(title, other) for title, other, _ in cosines(pairs, neighbours=1)] == [
        (10, 20),
        (20, 10),
        (30, 10),
        (40, 10),
    ]


def test_a_title_alone_has_no_neighbour():
    assert cosines([(1, 10)]) == []
