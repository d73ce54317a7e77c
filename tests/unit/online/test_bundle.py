"""A bundle is the same bytes for the same facts, and is refused unless every byte is its own."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import get_type_hints

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from fabricated import DAYS, write_bundle

from dmc12.encoders.state import State
from dmc12.online import (
    BundleDamagedError,
    BundleFeatureError,
    BundleMissingError,
    BundleVersionError,
    load,
)
from dmc12.online.manifest import MANIFEST, library_versions
from dmc12.online.state_tables import STATE_TABLES


def edit(bundle: Path, change) -> None:
    """Change the manifest as one who means it to fit: written as `to_text` writes it."""
    document = json.loads((bundle / MANIFEST).read_text())
    change(document)
    (bundle / MANIFEST).write_text(json.dumps(document, indent=1) + "\n")


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def test_equal_facts_are_equal_bytes_whatever_the_order_of_rows(tables, registry, tmp_path):
    reversed_tables = {
        name: table.take(list(range(len(table)))[::-1]) for name, table in tables.items()
    }
    first, manifest = write_bundle(tmp_path / "a", "serving", DAYS[-1:], tables, registry)
    second, again = write_bundle(tmp_path / "b", "serving", DAYS[-1:], reversed_tables, registry)
    assert (first.name, manifest) == (second.name, again)
    assert set(manifest.files) | {MANIFEST} == {
        str(path.relative_to(first)) for path in first.rglob("*") if path.is_file()
    }
    for name in [*manifest.files, MANIFEST]:
        assert (first / name).read_bytes() == (second / name).read_bytes()


def test_every_table_that_encoders_look_up_is_in_the_bundle():
    hints = get_type_hints(State.from_tables)
    assert set(STATE_TABLES) == {
        name for name, hint in hints.items() if hint in (pa.Table, pa.Table | None)
    }


def test_a_bundle_holds_what_its_days_can_see(tables, registry, tmp_path):
    day = date(2026, 6, 11)  # with a fit at noon; the one before still serves its morning
    path, _ = write_bundle(tmp_path, "serving", [day], tables, registry)
    popularity = pq.read_table(path / "state" / "popularity.parquet")
    assert set(popularity["day"].to_pylist()) == {day}
    fits = {
        str(moment) for moment in pq.read_table(path / "state" / "coplays.parquet")["fitted_at"]
    }
    assert fits == {"2026-06-01 00:00:00+00:00", "2026-06-11 12:00:00+00:00"}


def test_a_bundle_without_a_day_or_with_a_failed_ranker_is_not_written(tables, registry, tmp_path):
    with pytest.raises(ValueError, match="bundle serving: there is no day"):
        write_bundle(tmp_path, "serving", [], tables, registry)
    failed = [registry[0] | {"status": "failed"}]
    with pytest.raises(ValueError, match="ranker popularity failed in training"):
        write_bundle(tmp_path, "serving", DAYS, tables, failed)
    assert not list(tmp_path.iterdir())


def test_to_write_a_bundle_again_mends_it(tables, registry, tmp_path):
    path, manifest = write_bundle(tmp_path, "serving", DAYS, tables, registry)
    flip(path / "rankers" / "lambdarank.json")
    assert write_bundle(tmp_path, "serving", DAYS, tables, registry) == (path, manifest)
    assert load(path, manifest.fingerprint).manifest == manifest
    assert [place.name for place in tmp_path.iterdir()] == [path.name]


def test_a_writer_that_dies_leaves_no_bundle(tables, registry, tmp_path, monkeypatch):
    def dies(self, target):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", dies)
        with pytest.raises(KeyboardInterrupt):
            write_bundle(tmp_path, "serving", DAYS, tables, registry)
    assert not list(tmp_path.iterdir())
    assert load(write_bundle(tmp_path, "serving", DAYS, tables, registry)[0])


def test_a_bundle_is_loaded_without_spark_and_dbt(written):
    code = (
        "import sys; from dmc12.online import load; load(sys.argv[1]);"
        "print(sorted({'pyspark', 'dbt', 'py4j'} & {name.split('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, written], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "file",
    [
        "rankers/lambdarank.json",
        "rankers/popularity.json",
        "state/titles.parquet",
        "state/popularity.parquet",
        "state/coplays.parquet",
    ],
)
def test_a_damaged_file_is_named_before_it_is_read(copy, file):
    flip(copy / file)
    with pytest.raises(BundleDamagedError, match=f"{file} is damaged: its SHA-256 is"):
        load(copy)
    (copy / file).unlink()
    with pytest.raises(BundleDamagedError, match=f"{file}: No such file"):
        load(copy)


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"format_version": 2}', "null"])
def test_what_is_no_manifest_is_refused(copy, content):
    (copy / MANIFEST).write_text(content)
    with pytest.raises(BundleDamagedError, match=MANIFEST):
        load(copy)


def test_a_directory_without_a_bundle_is_named(tmp_path):
    with pytest.raises(BundleMissingError, match="no bundle here: No such file"):
        load(tmp_path / "nowhere")


def test_a_file_without_its_hash_is_refused(copy):
    edit(copy, lambda manifest: manifest["files"].pop("rankers/lambdarank.json"))
    with pytest.raises(BundleDamagedError, match=r"rankers/lambdarank\.json has no SHA-256"):
        load(copy)


def test_an_edited_manifest_is_refused(copy):
    text = (copy / MANIFEST).read_text()
    (copy / MANIFEST).write_text(text.replace('"parity"', '"serving" '))
    with pytest.raises(BundleDamagedError, match="edited by hand"):
        load(copy)


def test_another_bundle_than_the_one_asked_for_is_refused(copy, bundle):
    assert load(copy, bundle.fingerprint).fingerprint == bundle.fingerprint
    edit(copy, lambda manifest: manifest.update(name="other"))
    with pytest.raises(BundleDamagedError, match=f"not {bundle.fingerprint}"):
        load(copy, bundle.fingerprint)


@pytest.mark.parametrize("format_version", [1, 3, "2", None])
def test_another_format_is_refused(copy, format_version):
    edit(copy, lambda manifest: manifest.update(format_version=format_version))
    with pytest.raises(BundleVersionError, match=f"format version {format_version}, this library"):
        load(copy)


@pytest.mark.parametrize("library", ["dmc12", "lightgbm", "numpy", "pyarrow", "scipy"])
def test_other_libraries_are_refused_by_name(copy, library):
    edit(copy, lambda manifest: manifest["library_versions"].update({library: "0.0.1"}))
    here = library_versions()[library]
    with pytest.raises(BundleVersionError, match=f"built with {library} 0.0.1, but {here}"):
        load(copy)


def test_another_schema_is_refused(copy):
    edit(copy, lambda manifest: manifest["context_schema"].update(mood="string"))
    with pytest.raises(BundleVersionError, match="another schema of contexts"):
        load(copy)


@pytest.mark.parametrize("moment", ["2026-05-01", "yesterday", None])
def test_a_manifest_that_does_not_say_until_when_was_learned_is_refused(copy, moment):
    edit(copy, lambda manifest: manifest.update(learned_until=moment))
    with pytest.raises(BundleDamagedError, match="learned_until"):
        load(copy)


def drop_feature(manifest):
    manifest["features"].remove("title_plays")


def rename_feature(manifest):
    manifest["features"][0] = "mood"


def change_meaning(manifest):
    manifest["feature_fingerprint"] = "0" * 64


def drop_table(manifest):
    del manifest["tables"]["factors"]


def reorder_ranker(manifest):
    manifest["rankers"]["own_plays"]["features"].reverse()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (drop_feature, "ranker popularity reads feature title_plays, which the bundle lacks"),
        (rename_feature, "this library has no feature mood"),
        (drop_table, "feature als_score needs the table factors, which the bundle lacks"),
        (change_meaning, "a feature's declaration has changed"),
        (reorder_ranker, "ranker own_plays reads other features than the manifest says"),
    ],
)
def test_a_feature_that_is_lacking_or_another_is_named(copy, change, message):
    edit(copy, change)
    with pytest.raises(BundleFeatureError, match=message):
        load(copy)
