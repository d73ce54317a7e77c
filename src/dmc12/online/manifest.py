"""A bundle's manifest: what the bundle is, and the SHA-256 of each of its files."""

import hashlib
import json
import platform
from datetime import date, datetime
from importlib.metadata import version
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

FORMAT_VERSION = 2
MANIFEST = "manifest.json"
LIBRARIES = ("dmc12", "lightgbm", "numpy", "pyarrow", "scipy")  # a score may depend on each

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


def _moment(text: str) -> str:
    """Refuse what is no moment with an offset."""
    if datetime.fromisoformat(text).tzinfo is None:
        raise ValueError("a moment without an offset")
    return text


Moment = Annotated[str, AfterValidator(_moment)]


class _Part(BaseModel):
    """Typed, frozen, and no other fields than these."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class BundleFile(_Part):
    """A file of the bundle."""

    sha256: Sha256
    bytes: int


class BundledRanker(_Part):
    """A ranker: the file of its text and the features that it reads, in order."""

    file: str
    features: list[str]


class Manifest(_Part):
    """All that `load` has to know, and nothing that two builds of the same facts differ in."""

    format_version: int
    name: str
    days: list[str]  # the days whose contexts can be ranked, ascending
    features: list[str]
    feature_fingerprint: Sha256
    context_schema: dict[str, str]  # column -> Arrow type
    publish_delay_hours: float  # until a fact is visible
    facts_from: str | None  # day of the first fact; contexts up to it need no snapshot
    tables: dict[str, str]  # an argument of State.from_tables -> its file
    learned_until: Moment  # the rankers have learned from facts before it alone
    rankers: dict[str, BundledRanker]
    files: dict[str, BundleFile]  # path within the bundle -> what it holds
    library_versions: dict[str, str]

    @model_validator(mode="after")
    def _agree(self) -> Self:
        """Check that every file that is named has its SHA-256."""
        named = [*self.tables.values(), *(ranker.file for ranker in self.rankers.values())]
        for file in named:
            if file not in self.files:
                raise ValueError(f"{file} has no SHA-256")
        return self

    def to_text(self) -> str:
        """Return the manifest as JSON; equal manifests are equal bytes."""
        return json.dumps(self.model_dump(), indent=1) + "\n"

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of the text, which names the bundle and, by their hashes, all its files."""
        return sha256_of(self.to_text().encode())

    @property
    def dates(self) -> list[date]:
        """The days as dates."""
        return [date.fromisoformat(day) for day in self.days]

    @property
    def learned_until_moment(self) -> datetime:
        """`learned_until` as a moment."""
        return datetime.fromisoformat(self.learned_until)


def sha256_of(content: bytes) -> str:
    """Return the SHA-256 of bytes, in hex."""
    return hashlib.sha256(content).hexdigest()


def library_versions() -> dict[str, str]:
    """Return the versions that scores may depend on."""
    return {name: version(name) for name in LIBRARIES} | {"python": platform.python_version()}
