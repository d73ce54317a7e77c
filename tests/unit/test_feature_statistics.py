"""Feature statistics: what is merged from batches is what all values together give."""

from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pytest

from dmc12 import feature_statistics as statistics

NAMES = ["own_plays", "title_trend"]
MOMENT = pa.timestamp("us", tz="UTC")


def contexts(*rows):
    """Contexts of (split, day of June, the items' own_plays, the items' title_trend)."""
    features = pa.list_(pa.struct([(name, pa.float64()) for name in NAMES]))
    return pa.RecordBatch.from_arrays(
        [
            pa.array([row[0] for row in rows]),
            pa.array([datetime(2026, 6, row[1], 12, tzinfo=UTC) for row in rows], MOMENT),
            pa.array(
                [[dict(zip(NAMES, pair, strict=True)) for pair in zip(*row[2:])] for row in rows],  # noqa: B905
                features,
            ),
        ],
        names=["split", "context_at", "features"],
    )


def described(*batches):
    counted = pa.Table.from_batches([statistics.count_batch(one, NAMES) for one in batches])
    keys = sorted({(row["split"], row["day"]) for row in counted.to_pylist()})
    merged = [
        statistics.merge(
            counted.filter(
                pa.compute.and_(
                    pa.compute.equal(counted["split"], split),
                    pa.compute.equal(counted["day"], pa.scalar(day)),
                )
            ),
            NAMES,
        )
        for split, day in keys
    ]
    rows = statistics.describe(pa.concat_tables(merged), NAMES).to_pylist()
    return {(row["split"], row["day"] and row["day"].day, row["feature"]): row for row in rows}


def test_counts_rates_means_and_deviations():
    rows = described(
        contexts(("train", 1, [0, 1, 3], [1, 1, 2])), contexts(("train", 1, [0], [None]))
    )
    plays, trend = rows["train", 1, "own_plays"], rows["train", 1, "title_trend"]
    assert (plays["n_items"], plays["missing_rate"], plays["null_rate"]) == (4, 0.5, 0)
    assert plays["mean"] == 1
    assert plays["sd"] == pytest.approx(np.std([0, 1, 3, 0]))
    assert (trend["null_rate"], trend["missing_rate"]) == (0.25, 0.5)
    assert trend["mean"] == pytest.approx(4 / 3)


@pytest.mark.parametrize("quantile", statistics.QUANTILES)
def test_a_quantile_is_within_its_stated_error(quantile):
    values = np.random.default_rng(1).lognormal(0, 3, 5000) - 0.5
    rows = described(contexts(("train", 1, values.tolist(), values.tolist())))
    exact = np.quantile(values, statistics.QUANTILES[quantile], method="inverted_cdf")
    assert rows["train", 1, "own_plays"][quantile] == pytest.approx(exact, rel=0.022)


def test_the_order_of_contexts_and_batches_changes_no_digit():
    chance = np.random.default_rng(2)
    rows = [
        (split, int(chance.integers(1, 4)), *chance.normal(size=(2, 7)).tolist())
        for split in ("train", "test") * 20
    ]
    together = described(contexts(*rows))
    apart = described(*(contexts(row) for row in rows[::-1]))
    assert together == apart


def test_a_split_is_the_sum_of_its_days():
    rows = described(contexts(("train", 1, [1, 2], [1, 1]), ("train", 2, [3], [1])))
    assert rows["train", None, "own_plays"]["mean"] == 2
    assert rows["train", None, "own_plays"]["n_items"] == 3


def test_the_same_values_have_not_drifted_and_shifted_ones_have():
    chance = np.random.default_rng(3)
    train, same, shifted = chance.normal(10, 1, (3, 4000))
    rows = described(
        contexts(
            ("train", 1, train, train),
            ("test", 2, same, same + 1),
            ("validation", 2, shifted + 1, same),
        )
    )
    assert rows["train", None, "own_plays"]["psi"] == 0
    assert rows["test", None, "own_plays"]["psi"] < 0.02
    assert rows["validation", None, "own_plays"]["psi"] > 0.5


def test_the_stability_index_of_known_shares():
    bins = np.arange(1, 11)
    expected, found = (bins, np.full(10, 10)), (bins, np.array([15, 5, *[10] * 8]))
    by_hand = 0.05 * np.log(1.5) - 0.05 * np.log(0.5)
    assert statistics.stability_index(expected, found) == pytest.approx(by_hand)


def test_bins_ascend_with_values_and_keep_zero_apart():
    values = np.array([-1e15, -2.0, -1e-9, 0.0, 1e-9, 2.0, 2.2, 1e15])
    bins = statistics.bin_of(values)
    assert (np.diff(bins) > 0).all()
    assert bins[3] == 0
    assert statistics.value_of(bins) == pytest.approx(values, rel=0.022)
