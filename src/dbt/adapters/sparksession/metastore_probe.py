"""Ask a metastore service whether it answers: in seconds, where Spark would try for minutes."""

from __future__ import annotations

import os
import re
import socket
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dbt_common.exceptions import DbtRuntimeError

URIS = "hive.metastore.uris"
JDBC = "javax.jdo.option.ConnectionURL"
PORTS = {"thrift": 9083, "postgresql": 5432, "mysql": 3306, "mariadb": 3306}
TIMEOUT = 10.0  # seconds

# What makes a live server say something. Thrift: a call of `getStatus`, which any Hive metastore
# has; PostgreSQL: its SSLRequest; MySQL greets first.
GREETINGS = {
    "thrift": b"\x80\x01\x00\x01\x00\x00\x00\x09getStatus\x00\x00\x00\x00\x00",
    "postgresql": b"\x00\x00\x00\x08\x04\xd2\x16\x2f",
    "mysql": b"",
    "mariadb": b"",
}
ADDRESS = re.compile(
    r"(?:jdbc:)?(?P<kind>\w+)://(?:[^/@]*@)?(?P<host>\[[^\]]+\]|[^:/?;,]+)(?::(?P<port>\d+))?"
)


class MetastoreUnreachableError(DbtRuntimeError):
    """No metastore answers; the message names each host and port, and never a password."""


def metastore_addresses(config: Mapping[str, Any]) -> list[tuple[str, str, int]]:
    """The (kind, host, port) of the metastore services that the settings name; [] for Derby.

    `config` is the profile's; what it does not say is looked up in `hive-site.xml`.
    """
    site = _hive_site()
    for key in (URIS, JDBC):
        text = str(config.get(f"spark.hadoop.{key}") or site.get(key) or "")
        found = [_address(part) for part in (text.split(",") if key == URIS else [text])]
        if addresses := [address for address in found if address]:
            return addresses
    return []


def check_metastore_service(config: Mapping[str, Any], timeout: float = TIMEOUT) -> None:
    """Raise MetastoreUnreachableError if metastore services are named and none of them answers."""
    addresses = metastore_addresses(config)
    failures = []
    for address in addresses:
        failure = probe(address, timeout)
        if failure is None:
            return
        failures.append(f"{address[1]}:{address[2]} ({failure})")
    if failures:
        raise MetastoreUnreachableError(
            f"The metastore cannot be reached at {', '.join(failures)}. Start it, or correct "
            f"{URIS} or {JDBC} in the profile's config or in hive-site.xml."
        )


def probe(address: tuple[str, str, int], timeout: float = TIMEOUT) -> str | None:
    """None if a server answers at the address, else what is wrong there."""
    kind, host, port = address
    try:
        with socket.create_connection((host.strip("[]"), port), timeout=timeout) as server:
            if kind in GREETINGS:
                server.sendall(GREETINGS[kind])
                # any answer will do, a refusal too: there is a server that speaks
                server.recv(1)
    except TimeoutError:
        return f"no answer within {timeout:g} s"
    except OSError as exc:
        return (exc.strerror or str(exc)).lower()
    return None


def _address(text: str) -> tuple[str, str, int] | None:
    found = ADDRESS.match(text.strip())
    if found is None:
        return None
    kind = found["kind"].lower()
    port = found["port"] or PORTS.get(kind)
    return (kind, found["host"], int(port)) if port else None


def _hive_site() -> dict[str, str]:
    for variable in ("SPARK_CONF_DIR", "HIVE_CONF_DIR"):
        path = Path(os.environ.get(variable) or "/nonexistent") / "hive-site.xml"
        if path.exists():
            try:
                entries = ET.parse(path).getroot().iter("property")
            except ET.ParseError as exc:
                raise DbtRuntimeError(f"{path} is not XML: {exc}") from exc
            return {
                (entry.findtext("name") or "").strip(): (entry.findtext("value") or "").strip()
                for entry in entries
            }
    return {}
