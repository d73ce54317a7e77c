from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from dbt.adapters.sparksession.credentials import SparksessionCredentials
from dbt.adapters.sparksession.partitions import Place
from dbt.adapters.sparksession.publisher import Build, Publisher

OLD = "sales__v20261123t201158123456_ab12cd34"
NEW = "sales__v20261124t201158123456_ab12cd34"


class Session:
    """Versions of one partition, and which of them were listed."""

    def __init__(self) -> None:
        self.listed: list[str] = []

    def table(self, name: str) -> Any:
        self.listed.append(name)
        version = name.split(".")[-1].strip("`")
        return SimpleNamespace(inputFiles=lambda: [f"file:///tables/{version}/day=1/part-0"])


@pytest.fixture
def session() -> Session:
    return Session()


@pytest.fixture
def publisher(session: Session) -> Publisher:
    def nothing(statement: str) -> None:
        raise AssertionError(statement)

    credentials = SparksessionCredentials(schema="shop")
    return Publisher(credentials, nothing, nothing, lambda: session)


def test_a_versions_files_are_listed_once(publisher: Publisher, session: Session) -> None:
    places = {("1",): Place(OLD, f"file:///tables/{OLD}/day=1")}
    assert publisher.places("shop", OLD) == publisher.places("shop", OLD) == places
    assert session.listed == [f"`shop__versions`.`{OLD}`"]


def test_a_version_of_known_places_is_not_listed(publisher: Publisher, session: Session) -> None:
    build = Build(SimpleNamespace(schema="shop", identifier="sales"), NEW, None, "frame")  # type: ignore[arg-type]
    places = {("1",): Place(OLD, f"file:///tables/{OLD}/day=1")}
    publisher.note_places(build, places)
    assert publisher.places("shop", NEW) == places
    assert session.listed == []
