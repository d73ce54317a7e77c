import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from synthetic import FEATURES, contexts, write

from dmc12.dataset import Dataset, read_dataset
from dmc12.distributed.deal import deal, read_share, share_of

SIZES = st.lists(st.integers(1, 10_000), min_size=7, max_size=300)


@given(SIZES, st.integers(1, 7))
def test_no_worker_has_more_items_than_another_by_the_greatest_context(
    sizes: list[int], n_workers: int
) -> None:
    worker = deal(np.array(sizes), n_workers)
    items = np.bincount(worker, sizes, minlength=n_workers)
    assert set(worker.tolist()) == set(range(n_workers))
    assert items.max() - items.min() <= max(sizes) - min(sizes) or len(sizes) % n_workers
    assert items.max() - items.min() <= max(sizes)


def test_equal_contexts_are_dealt_in_their_order_so_that_all_workers_see_all_times() -> None:
    assert deal(np.full(7, 5), 3).tolist() == [0, 1, 2, 2, 1, 0, 0]


def test_fewer_contexts_than_workers_are_refused() -> None:
    with pytest.raises(ValueError, match=r"3 workers cannot share 2 training context"):
        deal(np.array([4, 4]), 3)


@pytest.mark.parametrize("files", [1, 4])
def test_the_shares_of_files_are_those_of_the_rows_and_make_up_the_whole(
    tmp_path: Path, files: int
) -> None:
    rows = contexts(90)
    whole = read_dataset(write(tmp_path / "whole", rows), "train", FEATURES)
    random.Random(files).shuffle(rows)
    uris = write(tmp_path / "files", rows, files=files, row_group_size=3)
    shares = [read_share(uris, "train", FEATURES, rank, 3) for rank in range(3)]
    for rank, share in enumerate(shares):
        assert_equal(share, share_of(whole, rank, 3))
    for name in FEATURES:
        values = np.concatenate([share.columns[name] for share in shares])
        assert sorted(values) == sorted(whole.columns[name])
    assert sum(share.n_contexts for share in shares) == whole.n_contexts


def assert_equal(found: Dataset, expected: Dataset) -> None:
    assert found.feature_names == expected.feature_names
    for one, other in [
        (found.labels, expected.labels),
        (found.weights, expected.weights),
        (found.group_sizes, expected.group_sizes),
        *((found.columns[name], expected.columns[name]) for name in FEATURES),
    ]:
        assert np.array_equal(one, other)
