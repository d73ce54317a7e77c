"""The store of trained sets: one file each, called after all that it was made of."""

import json
import os
import tempfile
import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dmc12.trainers import text_sha256

UNUSED_SECONDS = 7 * 86_400  # an entry that no registry has named for so long goes

Entry = dict[str, Any]


@dataclass(frozen=True)
class Store:
    """A directory that all workers see. What lies in it is whole and never changes."""

    root: Path

    def get(self, key: str) -> Entry | None:
        """Return an entry; None where there is none, or one whose text is damaged."""
        try:
            entry: Entry = json.loads(self._path(key).read_text())
            sound = text_sha256(entry["text"]) == entry["text_sha256"]
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None
        return entry if sound else None

    def look(self, keys: Iterable[str]) -> dict[str, float | None]:
        """Return the validation NDCG@10 of those of some entries that are there, and sound."""
        entries = {key: self.get(key) for key in keys}
        return {
            key: entry["validation_ndcg_at_10"]
            for key, entry in entries.items()
            if entry is not None
        }

    def has(self, key: str) -> bool:
        """Tell whether there is an entry, without reading it."""
        return self._path(key).exists()

    def put(self, key: str, entry: Entry) -> None:
        """Write an entry at once: whoever looks sees it whole or not at all."""
        self.root.mkdir(parents=True, exist_ok=True)
        handle, fresh = tempfile.mkstemp(prefix=".writing-", dir=self.root)
        with os.fdopen(handle, "w") as file:
            json.dump(entry, file, sort_keys=True, allow_nan=False)
            file.flush()
            os.fsync(file.fileno())
        Path(fresh).chmod(0o644)
        Path(fresh).replace(self._path(key))

    def sweep(self, used: Collection[str]) -> list[str]:
        """Mark the entries of these keys as used; remove those long unused, and say which."""
        now = time.time()
        removed = []
        for path in self.root.glob("*") if self.root.exists() else ():
            if path.stem in used:
                os.utime(path)
            elif now - path.stat().st_mtime > UNUSED_SECONDS:
                path.unlink(missing_ok=True)
                removed.append(path.stem)
        return sorted(removed)

    def _path(self, key: str) -> Path:
        return self.root / f"{key}.json"
