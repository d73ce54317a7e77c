"""Write the bundles of a build from the Parquet files of its tables: one row each."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from dmc12.columns import local_path, read_parquet
from dmc12.featurize import Sources
from dmc12.online.manifest import Manifest
from dmc12.online.state_tables import STATE_TABLES
from dmc12.online.write import write_bundle

SERVING = "serving"  # of the latest days: what a service loads
PARITY = "parity"  # of the sampled contexts' days: what is compared with the offline tables

_FILE = pa.struct([("path", pa.string()), ("sha256", pa.string()), ("bytes", pa.int64())])
_VERSION = pa.struct([("state_table", pa.string()), ("version", pa.string())])

BUNDLES_SCHEMA = pa.schema(
    [
        ("bundle", pa.string()),
        ("path", pa.string()),
        ("fingerprint", pa.string()),
        ("format_version", pa.int32()),
        ("days", pa.list_(pa.date32())),
        ("learned_until", pa.timestamp("us", tz="UTC")),
        ("rankers", pa.list_(pa.string())),
        ("features", pa.list_(pa.string())),
        ("feature_fingerprint", pa.string()),
        ("files", pa.list_(_FILE)),
        ("created_from", pa.list_(_VERSION)),
        ("library_versions", pa.string()),
    ]
)


def write_bundles(
    root: Path,
    sources: Sources,
    rankers: Sequence[Mapping[str, Any]],
    *,
    learned_until: datetime,
    latest_days: int,
    parity_days: Sequence[date],
) -> pa.Table:
    """Write the serving bundle and, where there are `parity_days`, theirs; return their rows.

    `sources` are the files that offline encoders read, `rankers` registry rows, which have learned
    from facts before `learned_until` alone. The serving bundle holds the `latest_days` latest
    snapshots.
    """
    files = {name: getattr(sources, name) for name in STATE_TABLES if getattr(sources, name)}
    by_day = {uri: _day(uri) for uri in files["popularity"]}
    wanted = {
        SERVING: sorted(set(by_day.values()))[-latest_days:],
        PARITY: sorted(parity_days),
    }
    needed = {*wanted[SERVING], *wanted[PARITY]}
    tables = {name: read_parquet(uris) for name, uris in files.items() if name != "popularity"}
    tables["popularity"] = read_parquet(
        [uri for uri, day in by_day.items() if day in needed],
        partition=pa.field("day", pa.date32()),
    )
    created_from = [
        {"state_table": name, "version": version}
        for name, uris in files.items()
        for version in _versions(uris)
    ]
    rows = []
    for name, days in wanted.items():
        if days or name == SERVING:
            written = write_bundle(
                root,
                name,
                days,
                tables,
                rankers,
                learned_until=learned_until,
                publish_delay_hours=sources.publish_delay_hours,
                facts_from=sources.facts_from,
            )
            rows.append(_row(*written, created_from))
    return pa.Table.from_pylist(rows, schema=BUNDLES_SCHEMA)


def _row(path: Path, manifest: Manifest, created_from: list[dict[str, str]]) -> dict[str, Any]:
    """Return a bundle's row."""
    return {
        "bundle": manifest.name,
        "path": str(path),
        "fingerprint": manifest.fingerprint,
        "format_version": manifest.format_version,
        "days": manifest.dates,
        "learned_until": manifest.learned_until_moment,
        "rankers": list(manifest.rankers),
        "features": manifest.features,
        "feature_fingerprint": manifest.feature_fingerprint,
        "files": [{"path": name, **file.model_dump()} for name, file in manifest.files.items()],
        "created_from": created_from,
        "library_versions": json.dumps(manifest.library_versions),
    }


def _day(uri: str) -> date:
    """Return the day that a file of `title_popularity_daily` holds, from its path."""
    found = re.search(r"/day=(\d{4}-\d{2}-\d{2})/", local_path(uri))
    if found is None:
        raise ValueError(f"{uri}: title_popularity_daily is not partitioned by day")
    return date.fromisoformat(found[1])


def _versions(uris: Sequence[str]) -> list[str]:
    """Return the directories of a table's files, without those of partitions: its versions."""
    folders = {re.sub(r"(/[^/=]+=[^/]*)*/[^/]*$", "", local_path(uri)) for uri in uris}
    return sorted(Path(folder).name for folder in folders)
