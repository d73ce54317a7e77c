import random
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from synthetic import FEATURES, as_table, contexts, write

from dmc12 import dataset
from dmc12.columns import local_path
from dmc12.dataset import features_of, read_dataset


def in_order(rows, split):
    kept = [row for row in rows if row["split"] == split and row["items"]]
    return sorted(kept, key=lambda row: (row["context_at"], row["profile_id"]))


@pytest.mark.parametrize("items_per_batch", [1, 50, 200_000])
def test_a_dataset_holds_the_items_of_its_split_in_the_order_of_their_contexts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, items_per_batch: int
) -> None:
    monkeypatch.setattr(dataset, "ITEMS_PER_BATCH", items_per_batch)
    rows = contexts()
    random.Random(1).shuffle(rows)
    found = read_dataset(write(tmp_path, rows, files=3), "train", ["noise", "own_plays"])

    expected = in_order(rows, "train")
    items = [item for row in expected for item in row["items"]]
    assert found.group_sizes.tolist() == [len(row["items"]) for row in expected]
    assert found.labels.tolist() == [item["label"] for item in items]
    assert found.weights.tolist() == [item["weight"] for item in items]
    assert found.feature_names == ["noise", "own_plays"]
    for name, column in found.columns.items():
        assert column.tolist() == [item["features"][name] for item in items]


def test_an_absent_split_is_an_empty_dataset(tmp_path: Path) -> None:
    rows = [row for row in contexts() if row["split"] != "test"]
    found = read_dataset(write(tmp_path, rows), "test", FEATURES)
    assert (found.n_contexts, found.n_items) == (0, 0)


def test_plain_paths_and_uris_with_escapes_name_the_same_file(tmp_path: Path) -> None:
    [uri] = write(tmp_path / "a folder=1", contexts())
    assert "%20" in uri
    path = str(tmp_path / "a folder=1" / "part 00000.parquet")
    by_uri, by_path = (read_dataset([name], "train", FEATURES) for name in (uri, path))
    assert np.array_equal(by_uri.labels, by_path.labels)


def test_a_list_level_named_by_spark_or_by_old_writers_reads_the_same(tmp_path: Path) -> None:
    table = as_table(contexts())
    labels = []
    for compliant in (True, False):
        path = tmp_path / f"{compliant}.parquet"
        pq.write_table(table, path, use_compliant_nested_type=compliant)
        assert features_of([str(path)]) == FEATURES
        labels.append(read_dataset([str(path)], "train", FEATURES).columns["noise"])
    assert np.array_equal(*labels)


def test_selected_columns_share_memory(tmp_path: Path) -> None:
    found = read_dataset(write(tmp_path, contexts()), "train", FEATURES)
    assert found.select(["noise"]).columns["noise"] is found.columns["noise"]


def test_blocks_are_the_columns_cut_into_rows(tmp_path: Path) -> None:
    found = read_dataset(write(tmp_path, contexts()), "train", FEATURES)
    blocks = [block for _, block in found.blocks(7)]
    assert max(len(block) for block in blocks) == 7
    assert np.array_equal(np.concatenate(blocks), np.stack(list(found.columns.values()), axis=1))


def test_a_context_that_occurs_twice_is_refused(tmp_path: Path) -> None:
    row = next(row for row in contexts() if row["items"] and row["split"] == "train")
    with pytest.raises(ValueError, match=rf"profile {row['profile_id']} at 2026-.* occurs twice"):
        read_dataset(write(tmp_path, [row, row]), "train", FEATURES)


def test_a_feature_that_the_files_lack_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="do not have plays; they have own_plays, title_plays"):
        read_dataset(write(tmp_path, contexts()), "train", ["plays"])


def test_a_plain_path_stays_as_it_is_and_a_uri_is_read() -> None:
    assert local_path("file:/shop/c%23/x.parquet") == "/shop/c#/x.parquet"
    assert local_path("/shop/c#/50%25/x?.parquet") == "/shop/c#/50%25/x?.parquet"
    with pytest.raises(ValueError, match="only files on a"):
        local_path("s3://shop/x.parquet")
