"""Load a bundle from its directory: every byte is checked before anything reads it."""

import json
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import ValidationError

from dmc12.encoders import FEATURES
from dmc12.encoders.state import State
from dmc12.fingerprints import feature_fingerprint
from dmc12.online.bundle import Bundle
from dmc12.online.context import SCHEMA
from dmc12.online.errors import (
    BundleDamagedError,
    BundleFeatureError,
    BundleMissingError,
    BundleVersionError,
)
from dmc12.online.manifest import (
    FORMAT_VERSION,
    LIBRARIES,
    MANIFEST,
    Manifest,
    library_versions,
    sha256_of,
)
from dmc12.online.state_tables import STATE_TABLES
from dmc12.scoring import Rankers
from dmc12.trainers import scorer_from_text

REBUILD = "build the bundle anew with this version of dmc12"


def load(path: Path | str, fingerprint: str | None = None, *, threads: int = 1) -> Bundle:
    """Load the bundle in a directory; with `fingerprint`, that bundle and no other.

    `threads` are LightGBM's for one context; no score depends on them. Needs neither Spark nor dbt.
    Raise BundleMissingError, BundleDamagedError (a file is not the one whose SHA-256 the manifest
    has: checked first, because LightGBM aborts the process on a damaged text), BundleVersionError
    (another format, schema or library) or BundleFeatureError (a ranker reads a feature that the
    bundle or this library lacks, that means something else here, or whose table is not there).
    """
    path = Path(path)
    manifest = _manifest(path, fingerprint)
    _check_versions(path, manifest)
    _check_features(path, manifest)
    contents = {name: _content(path, manifest, name) for name in manifest.files}
    tables = {
        name: pq.read_table(pa.BufferReader(contents[file]))
        for name, file in manifest.tables.items()
    }
    scorers = {
        name: scorer_from_text(contents[ranker.file].decode(), manifest.files[ranker.file].sha256)
        for name, ranker in manifest.rankers.items()
    }
    for name, scorer in scorers.items():
        if list(scorer.features) != manifest.rankers[name].features:
            raise BundleFeatureError(
                f"{path}: ranker {name} reads other features than the manifest says"
            )
        scorer.importances()  # LightGBM reads the text now, not within the first request
    state = State.from_tables(
        **tables,
        publish_delay_hours=manifest.publish_delay_hours,
        facts_from=None if manifest.facts_from is None else date.fromisoformat(manifest.facts_from),
    )
    if state.earlier_ranker is not None:
        state.earlier_ranker.scorer.importances()
    return Bundle(path, manifest, state, Rankers(scorers, threads))


def _manifest(path: Path, fingerprint: str | None) -> Manifest:
    """Read the manifest; its own bytes are what the fingerprint is of."""
    try:
        content = (path / MANIFEST).read_bytes()
    except OSError as error:
        raise BundleMissingError(f"{path}: no bundle here: {error.strerror}") from None
    found = sha256_of(content)
    if fingerprint is not None and found != fingerprint:
        raise BundleDamagedError(f"{path}: the bundle's fingerprint is {found}, not {fingerprint}")
    try:
        document = json.loads(content)
        format_version = document["format_version"]
    except (ValueError, KeyError, TypeError):
        raise BundleDamagedError(f"{path}: {MANIFEST} is not a bundle's manifest") from None
    if format_version != FORMAT_VERSION:
        raise BundleVersionError(
            f"{path}: the bundle has format version {format_version}, this library reads "
            f"{FORMAT_VERSION}: {REBUILD}"
        )
    try:
        manifest = Manifest.model_validate(document)
    except ValidationError as error:
        fault = error.errors()[0]
        where = ".".join(str(part) for part in fault["loc"])
        raise BundleDamagedError(f"{path}: {MANIFEST}, {where}: {fault['msg']}") from None
    if manifest.fingerprint != found:
        raise BundleDamagedError(f"{path}: {MANIFEST} was edited by hand")
    return manifest


def _check_versions(path: Path, manifest: Manifest) -> None:
    """Refuse a bundle whose scores might differ here."""
    here = library_versions()
    for library in LIBRARIES:
        built_with = manifest.library_versions.get(library)
        if built_with != here[library]:
            raise BundleVersionError(
                f"{path}: built with {library} {built_with}, but {here[library]} is installed: "
                f"scores might differ; install {library} {built_with}, or {REBUILD}"
            )
    schema = {field.name: str(field.type) for field in SCHEMA}
    required = {name for name, table in STATE_TABLES.items() if not table.optional}
    if manifest.context_schema != schema or not required <= set(manifest.tables) <= set(
        STATE_TABLES
    ):
        raise BundleVersionError(f"{path}: built for another schema of contexts: {REBUILD}")


def _check_features(path: Path, manifest: Manifest) -> None:
    """Refuse a bundle whose features are not all here, with the meanings that they had."""
    unknown = [name for name in manifest.features if name not in FEATURES]
    if unknown:
        raise BundleFeatureError(f"{path}: this library has no feature {unknown[0]}: {REBUILD}")
    for name, ranker in manifest.rankers.items():
        lacking = [feature for feature in ranker.features if feature not in manifest.features]
        if lacking:
            raise BundleFeatureError(
                f"{path}: ranker {name} reads feature {lacking[0]}, which the bundle lacks"
            )
    absent = set(STATE_TABLES) - set(manifest.tables)
    for name in manifest.features:
        needed = absent.intersection(FEATURES[name].needs)
        if needed:
            raise BundleFeatureError(
                f"{path}: feature {name} needs the table {min(needed)}, which the bundle lacks"
            )
    if feature_fingerprint(manifest.features) != manifest.feature_fingerprint:
        raise BundleFeatureError(
            f"{path}: a feature's declaration has changed since the bundle was built: {REBUILD}"
        )


def _content(path: Path, manifest: Manifest, name: str) -> bytes:
    """Read a file once, and return its bytes if they are those of the manifest."""
    try:
        content = (path / name).read_bytes()
    except OSError as error:
        raise BundleDamagedError(f"{path}: {name}: {error.strerror}") from None
    found = sha256_of(content)
    if found != manifest.files[name].sha256:
        raise BundleDamagedError(
            f"{path}: {name} is damaged: its SHA-256 is {found}, not {manifest.files[name].sha256}"
        )
    return content
