"""Where a worker listens: an address that the others reach, and a port that is free."""

import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

LOOPBACK = "127.0.0.1"


class Place(NamedTuple):
    """An IPv4 address in digits, as LightGBM wants it, and a port."""

    address: str
    port: int


@contextmanager
def reserved(host: str) -> Iterator[Place]:
    """Hold a free port on this machine, which others call `host`, until the block ends.

    The port is found by binding it, on all addresses as LightGBM will. Raise ValueError where
    `host` has no address or is another machine.
    """
    address = _address(host)
    with socket.socket() as held:
        held.bind(("", 0))
        yield Place(address, held.getsockname()[1])


def machines(places: Sequence[Place]) -> str:
    """Return LightGBM's list of machines.

    Raise ValueError where some workers know their machine as its loopback address alone, by which
    those on other machines cannot reach it.
    """
    addresses = {place.address for place in places}
    if LOOPBACK in addresses and len(addresses) > 1:
        others = ", ".join(sorted(addresses - {LOOPBACK}))
        raise ValueError(
            f"a worker's host name stands for {LOOPBACK}, where those on {others} cannot reach it; "
            "let the names of the cluster's machines resolve to their addresses"
        )
    return ",".join(f"{place.address}:{place.port}" for place in places)


def _address(host: str) -> str:
    """Return the address that `host` stands for, once it has been bound here."""
    try:
        address = socket.gethostbyname(host)
        with socket.socket() as probe:
            probe.bind((address, 0))
    except OSError as error:
        raise ValueError(f"a worker's host {host!r} is not its machine's: {error}") from None
    # any of 127.0.0.0/8 can be bound, but only this one is an interface's own
    return LOOPBACK if address.startswith("127.") else address
