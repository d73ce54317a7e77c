"""A ranker of a released bundle becomes a feature, in a bundle that stands alone, or is refused."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import yaml
from fabricated import DAYS, LEARNED_UNTIL, registry, request, write_bundle

from dmc12.encoders.state import State
from dmc12.featurize import features_of, to_batch
from dmc12.knobs import check
from dmc12.online import (
    BundleDamagedError,
    BundleFeatureError,
    BundleMissingError,
    BundleVersionError,
    Context,
    load,
)
from dmc12.online.earlier import EARLIER_SCHEMA, earlier_ranker
from dmc12.online.manifest import MANIFEST
from dmc12.scoring import Rankers
from dmc12.trainers import text_sha256
from dmc12.trainers.blend import BlendScorer
from dmc12.trainers.feature import FeatureScorer

PROJECT = yaml.safe_load((Path(__file__).parents[3] / "dbt_project.yml").read_text())
SHIPPED = PROJECT["vars"]["dmc12"]
FEATURES = ["title_plays", "own_days", "earlier_score"]
RANKERS = {
    "earlier": {"trainer": "feature", "params": {"feature": "earlier_score"}},
    "stacked": {
        "trainer": "lambdarank",
        "features": FEATURES,
        "params": {"num_boost_round": 5, "min_data_in_leaf": 5},
    },
}


def found(bundle, ranker="lambdarank", **knobs):
    declared = {"bundle": str(bundle), "ranker": ranker, "fingerprint": None}
    return earlier_ranker(check(SHIPPED | {"earlier_ranker": declared} | knobs))


@pytest.fixture(scope="module")
def with_earlier(tables, written):
    """The tables of a later build that uses lambdarank of the earlier one."""
    return tables | {"earlier_ranker": found(written)}


@pytest.fixture(scope="module")
def later_registry(with_earlier, batch, tmp_path_factory):
    state = State.from_tables(**with_earlier)
    return registry(state, batch, tmp_path_factory.mktemp("later"), RANKERS, FEATURES)


@pytest.fixture
def later(with_earlier, later_registry, tmp_path):
    return write_bundle(tmp_path, "serving", DAYS, with_earlier, later_registry)[0]


def row_of(name, scorer):
    """A registry row of a scorer that was not trained."""
    text = scorer.to_text()
    row = {"ranker": name, "status": "trained", "features": list(scorer.features)}
    return row | {"text": text, "text_sha256": text_sha256(text)}


def test_the_row_is_the_rankers_text_and_where_it_is_from(written, bundle, registry):
    row = found(written)
    assert row.schema == EARLIER_SCHEMA
    [row] = row.to_pylist()
    [trained] = [one for one in registry if one["ranker"] == "lambdarank"]
    for name in ("ranker", "features", "text", "text_sha256"):
        assert row[name] == trained[name]
    assert row["bundle_fingerprint"] == bundle.fingerprint
    assert row["learned_until"] == LEARNED_UNTIL


def test_without_the_knob_there_is_no_row_and_no_ranker(tables):
    none = earlier_ranker(check(SHIPPED))
    assert (none.num_rows, none.schema) == (0, EARLIER_SCHEMA)
    assert State.from_tables(**tables, earlier_ranker=none).earlier_ranker is None


def test_the_feature_is_what_the_earlier_bundle_scores(bundle, with_earlier, batch):
    state = State.from_tables(**with_earlier)
    offline = features_of(to_batch(batch, state), ["earlier_score"])["earlier_score"]
    online = [
        bundle.rank(Context.model_validate(request(row)), ["lambdarank"]).scores["lambdarank"]
        for row in batch.to_pylist()
    ]
    assert len(set(offline)) > 20
    assert np.array_equal(offline, np.concatenate(online))


def test_the_later_bundle_stands_alone_and_scores_as_the_tables_do(
    later, later_registry, with_earlier, batch, written, monkeypatch
):
    loaded = load(later)
    monkeypatch.setattr(Path, "read_bytes", lambda path: pytest.fail(f"read {path} once more"))
    columns = features_of(to_batch(batch, State.from_tables(**with_earlier)), FEATURES)
    sizes = batch["items"].value_lengths().to_numpy()
    offline = Rankers.load(later_registry).score(columns, int(sizes.sum()), sizes)
    ranked = [loaded.rank(Context.model_validate(request(row))) for row in batch.to_pylist()]
    for name in RANKERS:
        scores = np.concatenate([one.scores[name] for one in ranked])
        assert np.array_equal(scores, offline[name])
    assert np.array_equal(offline["earlier"], columns["earlier_score"])
    assert "earlier_score" in loaded.rankers.scorers["stacked"].features


def test_the_earlier_rankers_file_is_checked_like_any(later):
    place = later / "state" / "earlier_ranker.parquet"
    content = bytearray(place.read_bytes())
    content[len(content) // 2] ^= 1
    place.write_bytes(content)
    with pytest.raises(BundleDamagedError, match=r"earlier_ranker\.parquet is damaged"):
        load(later)


def test_another_earlier_ranker_is_another_bundle(tables, written, later_registry, tmp_path):
    names = [
        write_bundle(
            tmp_path, "serving", DAYS, tables | {"earlier_ranker": found(written, ranker)},
            later_registry,
        )[0].name
        for ranker in ("lambdarank", "popularity")
    ]  # fmt: skip
    assert len(set(names)) == 2


def test_a_bundle_whose_ranker_lacks_the_earlier_one_is_refused(tables, later_registry, tmp_path):
    path, _ = write_bundle(tmp_path, "serving", DAYS, tables, later_registry)
    with pytest.raises(BundleFeatureError, match="feature earlier_score needs the table earlier_r"):
        load(path)


@pytest.mark.parametrize(
    ("ranker", "hint"),
    [("lambdamart", "did you mean lambdarank?"), ("x", "it has popularity, own_plays, lambdarank")],
)
def test_a_ranker_that_the_bundle_lacks_is_named(written, ranker, hint):
    with pytest.raises(ValueError) as error:  # noqa: PT011 - the whole message is compared
        found(written, ranker)
    assert str(error.value) == (
        f"knob earlier_ranker: ranker {ranker} of {written} is not there; {hint}"
    )


def test_a_ranker_of_whole_contexts_is_refused(tables, registry, tmp_path):
    scorers = Rankers.load(registry).scorers
    mixed = BlendScorer((scorers["popularity"], scorers["own_plays"]), (0.5, 0.5), ())
    path, _ = write_bundle(tmp_path, "serving", DAYS, tables, [row_of("mixed", mixed)])
    with pytest.raises(ValueError, match=r"ranker mixed of .* scores an item by its rank among"):
        found(path, "mixed")


def test_a_chain_of_earlier_rankers_is_refused(later):
    with pytest.raises(ValueError, match=r"ranker stacked of .* reads earlier_score, which no"):
        found(later, "stacked")


def test_an_oracle_is_refused(tables, tmp_path):
    oracle = row_of("oracle", FeatureScorer(("true_utility",)))
    path, _ = write_bundle(tmp_path, "serving", DAYS, tables, [oracle])
    with pytest.raises(ValueError, match=r"ranker oracle of .* reads true_utility, which no earl"):
        found(path, "oracle")


@pytest.mark.parametrize(
    ("learned_until", "delay_hours", "visible_at"),
    [
        ("2026-05-07T00:00:00", 0.0, None),
        ("2026-05-07T00:00:01", 0.0, "2026-05-07 00:00:01+00:00"),
        ("2026-05-06T23:30:00", 0.5, None),
        ("2026-05-06T23:30:01", 0.5, "2026-05-07 00:00:01+00:00"),
    ],
)
def test_a_ranker_that_knows_the_contexts_future_is_refused(
    tables, registry, tmp_path, learned_until, delay_hours, visible_at
):
    moment = datetime.fromisoformat(learned_until).replace(tzinfo=UTC)
    path, _ = write_bundle(tmp_path, "serving", DAYS, tables, registry, learned_until=moment)
    if visible_at is None:
        assert found(path, publish_delay_hours=delay_hours).num_rows == 1
        return
    with pytest.raises(ValueError) as error:  # noqa: PT011 - the whole message is compared
        found(path, publish_delay_hours=delay_hours)
    assert str(error.value) == (
        f"knob earlier_ranker: ranker lambdarank of {path} has learned from facts visible by "
        f"{visible_at}, and train_starts_at is 2026-05-07 00:00:00+00:00: contexts would know "
        f"their future. Train on contexts from {visible_at} on, or name an earlier bundle"
    )


def test_a_bundle_that_is_not_there_or_not_whole_is_told_with_the_knob(written, tmp_path):
    with pytest.raises(BundleMissingError, match=r"^knob earlier_ranker: /nowhere: no bundle here"):
        found("/nowhere")
    copy = Path(shutil.copytree(written, tmp_path / "copy"))
    (copy / "rankers" / "lambdarank.json").write_text("{}")
    with pytest.raises(BundleDamagedError, match=r"^knob earlier_ranker: .*lambdarank\.json is da"):
        found(copy)
    document = json.loads((copy / MANIFEST).read_text()) | {"format_version": 1}
    (copy / MANIFEST).write_text(json.dumps(document, indent=1) + "\n")
    with pytest.raises(BundleVersionError, match=r"^knob earlier_ranker: .* format version 1, t"):
        found(copy)


def test_a_bundle_may_be_pinned(written, bundle):
    pinned = {"bundle": str(written), "ranker": "lambdarank", "fingerprint": bundle.fingerprint}
    assert earlier_ranker(check(SHIPPED | {"earlier_ranker": pinned})).num_rows == 1
    other = pinned | {"fingerprint": "0" * 64}
    with pytest.raises(BundleDamagedError, match=r"^knob earlier_ranker: .* fingerprint is"):
        earlier_ranker(check(SHIPPED | {"earlier_ranker": other}))
