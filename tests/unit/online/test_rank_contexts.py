"""Offline contexts put through the online path come back with what it gives."""

from dataclasses import replace
from functools import partial

import numpy as np
import pyarrow as pa
import pytest
from fabricated import DAYS, LEARNED_UNTIL, write_bundle

from dmc12.featurize import Sources
from dmc12.online import load
from dmc12.online.build import BUNDLES_SCHEMA, write_bundles
from dmc12.online.context import MAX_CANDIDATES
from dmc12.online.rank_contexts import RANKED_SCHEMA, rank_contexts
from dmc12.scoring import Rankers
from dmc12.trainers.blend import BlendScorer


@pytest.fixture(scope="module")
def sample(batch):
    """The contexts as `parity_contexts` has them, joined with whole histories."""
    names = ["profile_id", "country_iso_code", "context_at", "signed_up_at", "plays"]
    titles = pa.ListArray.from_arrays(
        batch["items"].offsets, batch["items"].values.field("show_title_id")
    )
    return pa.RecordBatch.from_arrays(
        [*(batch[name] for name in names), titles], names=[*names, "candidates"]
    )


def test_each_candidate_comes_back_with_features_and_scores(sample, bundle):
    ranked = rank_contexts(sample, bundle)
    ranked.validate(full=True)
    assert ranked.schema == RANKED_SCHEMA
    for row, asked in zip(ranked.to_pylist(), sample.to_pylist(), strict=True):
        assert [item["show_title_id"] for item in row["items"]] == asked["candidates"]
        for item in row["items"]:
            assert list(dict(item["scores"])) == list(bundle.rankers.scorers)
            assert list(dict(item["features"])) == bundle.rankers.features


def test_more_candidates_than_a_call_takes_are_ranked_in_several_calls(sample, bundle, monkeypatch):
    whole = rank_contexts(sample, bundle)
    monkeypatch.setattr("dmc12.online.rank_contexts.MAX_CANDIDATES", 7)
    assert rank_contexts(sample, bundle).equals(whole)
    assert MAX_CANDIDATES == 1_000


def test_a_context_that_is_ranked_whole_is_not_split(sample, bundle, monkeypatch):
    bases = tuple(bundle.rankers.scorers.values())[:2]
    whole = Rankers({"mixed": BlendScorer(bases, (0.5, 0.5), ())})
    blended = replace(bundle, rankers=whole)
    assert rank_contexts(sample, blended).num_rows == sample.num_rows
    monkeypatch.setattr("dmc12.online.rank_contexts.MAX_CANDIDATES", 7)
    with pytest.raises(ValueError, match="ranker mixed ranks by whole contexts, and one has"):
        rank_contexts(sample, blended)


def test_no_context_is_no_row(sample, bundle):
    assert rank_contexts(sample.slice(0, 0), bundle).num_rows == 0


def test_a_bundle_of_other_facts_gives_other_features_and_scores(
    sample, bundle, tables, registry, tmp_path
):
    popularity = tables["popularity"]
    place = popularity.schema.get_field_index("plays_all")
    more = pa.array(popularity["plays_all"].to_numpy() + 1)
    other = tables | {"popularity": popularity.set_column(place, "plays_all", more)}
    path, _ = write_bundle(tmp_path, "parity", DAYS, other, registry)
    before, after = (rank_contexts(sample, one)["items"].flatten() for one in (bundle, load(path)))
    for name in ("scores", "features"):
        assert not before.field(name).equals(after.field(name))


def test_a_build_writes_the_latest_days_and_the_samples(tables, registry, tmp_path):
    import pyarrow.parquet as pq

    files = {}
    for name, table in tables.items():
        folder = tmp_path / "db.db" / f"{name}__v20261124t082728866614_57802834"
        partition = ["day"] if name == "popularity" else None
        pq.write_to_dataset(table, folder, partition_cols=partition)
        files[name] = tuple(path.as_uri() for path in sorted(folder.rglob("*.parquet")))
    files = Sources(**files, world=None, publish_delay_hours=1.0, facts_from=DAYS[0])
    write = partial(write_bundles, sources=files, rankers=registry, learned_until=LEARNED_UNTIL)
    rows = write(tmp_path / "bundles", latest_days=2, parity_days=[DAYS[2], DAYS[0]])
    assert rows.schema == BUNDLES_SCHEMA
    serving, parity = rows.to_pylist()
    assert (serving["bundle"], serving["days"]) == ("serving", DAYS[-2:])
    assert (parity["bundle"], parity["days"]) == ("parity", [DAYS[0], DAYS[2]])
    assert {one["version"].split("__v")[0] for one in serving["created_from"]} == set(tables)
    for row in (serving, parity):
        bundle = load(row["path"], row["fingerprint"])
        assert bundle.state.publish_delay == 3_600_000_000
        assert bundle.manifest.facts_from == str(DAYS[0])
        assert row["rankers"] == list(bundle.rankers.scorers)
        assert np.array_equal(row["features"], bundle.rankers.features)
        assert row["learned_until"] == LEARNED_UNTIL == bundle.manifest.learned_until_moment
    without = write(tmp_path / "b", latest_days=1, parity_days=[])
    assert without["bundle"].to_pylist() == ["serving"]
