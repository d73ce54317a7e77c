"""Write a bundle: into a directory of its own, which then appears at once, whole."""

import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from dmc12.fingerprints import feature_fingerprint
from dmc12.online.context import SCHEMA
from dmc12.online.manifest import (
    FORMAT_VERSION,
    MANIFEST,
    BundledRanker,
    BundleFile,
    Manifest,
    library_versions,
    sha256_of,
)
from dmc12.online.state_tables import STATE_TABLES


def write_bundle(
    root: Path,
    name: str,
    days: Sequence[date],
    tables: Mapping[str, pa.Table],
    rankers: Sequence[Mapping[str, Any]],
    *,
    learned_until: datetime,
    publish_delay_hours: float = 0.0,
    facts_from: date | None = None,
) -> tuple[Path, Manifest]:
    """Write a bundle under `root`; return its directory and manifest.

    `tables` are those of `STATE_TABLES`; the bundle holds what contexts of `days` can see. The
    `rankers` are registry rows, which have learned from facts before `learned_until` alone. The
    rest is what `State.from_tables` takes. The directory is called after the content: equal facts
    give the same one, and to write it again is harmless. Raise ValueError for no day and for a
    ranker whose training failed.
    """
    if not days:
        raise ValueError(f"bundle {name}: there is no day to hold a snapshot of")
    failed = [row["ranker"] for row in rankers if row["status"] != "trained"]
    if failed:
        raise ValueError(f"bundle {name}: ranker {failed[0]} failed in training")
    features = list(dict.fromkeys(feature for row in rankers for feature in row["features"]))
    contents = {f"rankers/{row['ranker']}.json": row["text"].encode() for row in rankers}
    for table, rows in tables.items():
        contents[f"state/{table}.parquet"] = _parquet(STATE_TABLES[table].cut(rows, days))
    manifest = Manifest(
        format_version=FORMAT_VERSION,
        name=name,
        days=[day.isoformat() for day in sorted(set(days))],
        features=features,
        feature_fingerprint=feature_fingerprint(features),
        context_schema={field.name: str(field.type) for field in SCHEMA},
        publish_delay_hours=publish_delay_hours,
        facts_from=None if facts_from is None else facts_from.isoformat(),
        tables={table: f"state/{table}.parquet" for table in tables},
        learned_until=learned_until.astimezone(UTC).isoformat(),
        rankers={
            row["ranker"]: BundledRanker(
                file=f"rankers/{row['ranker']}.json", features=list(row["features"])
            )
            for row in rankers
        },
        files={
            path: BundleFile(sha256=sha256_of(content), bytes=len(content))
            for path, content in sorted(contents.items())
        },
        library_versions=library_versions(),
    )
    contents[MANIFEST] = manifest.to_text().encode()
    place = root / f"{name}-{manifest.days[-1]}-{manifest.fingerprint[:16]}"
    _appear(place, contents)
    return place, manifest


def _parquet(table: pa.Table) -> bytes:
    """Write a table as one Parquet file."""
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    return bytes(sink.getvalue().to_pybytes())


def _appear(place: Path, contents: Mapping[str, bytes]) -> None:
    """Write files beside `place`, then rename them into it; replace what is damaged there."""
    if _holds(place, contents):
        os.utime(place)  # what sweeps old bundles goes by it
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=".writing-", dir=place.parent))
    fresh = work / "bundle"
    try:
        for path, content in contents.items():
            target = fresh / path
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        if place.exists():
            place.rename(work / "damaged")
        try:
            fresh.rename(place)
        except OSError:
            # another attempt of the same task was faster
            if not _holds(place, contents):
                raise
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _holds(place: Path, contents: Mapping[str, bytes]) -> bool:
    """Tell whether the files are all there, byte for byte."""
    return all(
        (place / path).is_file() and (place / path).read_bytes() == content
        for path, content in contents.items()
    )
