import socket

import pytest

from dmc12.distributed.place import Place, machines, reserved


def test_a_reserved_port_is_held_and_then_free() -> None:
    with reserved("localhost") as place, socket.socket() as other:
        assert place.address == "127.0.0.1"
        with pytest.raises(OSError, match="in use"):
            other.bind(("", place.port))
    with socket.socket() as other:
        other.bind(("", place.port))


def test_any_loopback_name_is_the_interface_s_own_address() -> None:
    with reserved("127.0.1.1") as place:
        assert place.address == "127.0.0.1"


@pytest.mark.parametrize("host", ["192.0.2.1", "no-such-host.invalid"])
def test_a_host_that_is_not_this_machine_is_refused(host: str) -> None:
    with pytest.raises(ValueError, match=f"a worker's host '{host}' is not its machine's"), \
            reserved(host):  # fmt: skip
        pass


def test_machines_are_listed_as_lightgbm_reads_them() -> None:
    places = [Place("10.0.0.1", 4000), Place("10.0.0.2", 4001)]
    assert machines(places) == "10.0.0.1:4000,10.0.0.2:4001"


def test_a_machine_that_others_cannot_reach_is_refused() -> None:
    with pytest.raises(ValueError, match=r"stands for 127.0.0.1, where those on 10.0.0.2 cannot"):
        machines([Place("127.0.0.1", 4000), Place("10.0.0.2", 4001)])
