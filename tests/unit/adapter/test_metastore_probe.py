import socket
import threading

import pytest

from dbt.adapters.sparksession.metastore_probe import (
    MetastoreUnreachableError,
    check_metastore_service,
    metastore_addresses,
)

URIS = "spark.hadoop.hive.metastore.uris"
JDBC = "spark.hadoop.javax.jdo.option.ConnectionURL"


@pytest.fixture(autouse=True)
def _no_hive_site(monkeypatch) -> None:
    for variable in ("SPARK_CONF_DIR", "HIVE_CONF_DIR"):
        monkeypatch.delenv(variable, raising=False)


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({}, []),
        ({URIS: "thrift://a:1, thrift://b"}, [("thrift", "a", 1), ("thrift", "b", 9083)]),
        ({JDBC: "jdbc:postgresql://u:secret@db/m?x=1"}, [("postgresql", "db", 5432)]),
        ({JDBC: "jdbc:mysql://[::1]:3307/m"}, [("mysql", "[::1]", 3307)]),
        ({JDBC: "jdbc:derby:;databaseName=/w/metastore_db;create=true"}, []),
    ],
)
def test_settings_name_the_services(config, expected) -> None:
    assert metastore_addresses(config) == expected


def test_hive_site_is_read(monkeypatch, tmp_path) -> None:
    (tmp_path / "hive-site.xml").write_text(
        "<configuration><property><name>hive.metastore.uris</name>"
        "<value>thrift://h:7</value></property></configuration>"
    )
    monkeypatch.setenv("HIVE_CONF_DIR", str(tmp_path))
    assert metastore_addresses({}) == [("thrift", "h", 7)]


def test_nobody_listens_or_nobody_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        uri = f"thrift://127.0.0.1:{port}"
        with pytest.raises(MetastoreUnreachableError, match=rf":{port} \(no answer within 0.2 s\)"):
            check_metastore_service({URIS: uri}, timeout=0.2)
    with pytest.raises(MetastoreUnreachableError, match="connection refused") as caught:
        check_metastore_service({JDBC: f"jdbc:postgresql://u:secret@127.0.0.1:{port}/m"})
    assert "secret" not in str(caught.value)


def test_one_service_that_answers_is_enough() -> None:
    def answer(server: socket.socket) -> None:
        client, _ = server.accept()
        with client:
            client.recv(64)
            client.sendall(b"\x80")

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=answer, args=(server,), daemon=True).start()
        port = server.getsockname()[1]
        check_metastore_service({URIS: f"thrift://127.0.0.1:1,thrift://127.0.0.1:{port}"}, 5)
