"""Which bundle of a directory is to be served: the file `current`, replaced at once."""

import json
import os
import shutil
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from dmc12.online.errors import BundleDamagedError, BundleMissingError

CURRENT = "current"
ABANDONED_SECONDS = 86_400  # a directory that is still being written then has lost its writer


class Pointer(NamedTuple):
    """A bundle by its directory and its fingerprint."""

    path: Path
    fingerprint: str


def release(path: Path, fingerprint: str) -> None:
    """Let the `current` beside a bundle's directory name that bundle."""
    root = path.parent
    text = json.dumps({"bundle": path.name, "fingerprint": fingerprint}) + "\n"
    handle, fresh = tempfile.mkstemp(prefix=".current-", dir=root)
    with os.fdopen(handle, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    Path(fresh).chmod(0o644)
    Path(fresh).replace(root / CURRENT)


def released(root: Path) -> Pointer:
    """Return what `current` names; raise BundleMissingError or BundleDamagedError."""
    try:
        text = (root / CURRENT).read_text()
    except OSError as error:
        raise BundleMissingError(
            f"{root}: no bundle was released here ({CURRENT}: {error.strerror}); run make build"
        ) from None
    try:
        document = json.loads(text)
        name, fingerprint = str(document["bundle"]), str(document["fingerprint"])
    except (ValueError, KeyError, TypeError):
        raise BundleDamagedError(f"{root}: {CURRENT} is not a pointer to a bundle") from None
    if Path(name).name != name:
        raise BundleDamagedError(f"{root}: {CURRENT} points out of the directory")
    return Pointer(root / name, fingerprint)


def sweep(root: Path, keep: int) -> list[str]:
    """Remove all but the `keep` latest bundles of each name and the released one; say which.

    What is loaded from a removed bundle goes on being served: a bundle is read once, whole.
    """
    served = released(root).path.name
    latest_first = sorted(
        (place for place in root.iterdir() if place.is_dir() and place.name != served),
        key=lambda place: place.stat().st_mtime,
        reverse=True,
    )
    seen: Counter[str] = Counter()
    removed = []
    for place in latest_first:
        name = place.name.split("-")[0]
        seen[name] += 1
        if place.name.startswith("."):
            old = time.time() - place.stat().st_mtime > ABANDONED_SECONDS
        else:
            old = seen[name] > keep
        if old:
            shutil.rmtree(place, ignore_errors=True)
            removed.append(place.name)
    return sorted(removed)
