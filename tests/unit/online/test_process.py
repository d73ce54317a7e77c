"""The service as a process of its own: under load it changes bundles without failing a request."""

import shutil
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx2
import pytest
from fabricated import DAYS, request, write_bundle
from pydantic_core import to_jsonable_python

from dmc12.online import Context, load
from dmc12.online.pointer import release

CLIENTS, REQUESTS = 4, 150


def free_port():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return server.getsockname()[1]


@contextmanager
def serving(root, *arguments):
    """Run the service on a port of this machine alone; give the process and its url."""
    port = free_port()
    command = [sys.executable, "-m", "dmc12.online", root, "--port", str(port), *arguments]
    with (root / "service.log").open("wb") as log:
        process = subprocess.Popen([*map(str, command)], stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                assert httpx2.get(f"{url}/health").status_code == 200
                break
            except httpx2.TransportError:
                assert process.poll() is None, (root / "service.log").read_text()
                assert time.monotonic() < deadline
                time.sleep(0.1)
        yield process, url
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def bundles(tmp_path, written, tables, registry):
    """Two sound bundles, of three rankers and of one, and a damaged one; the first is released."""
    first = tmp_path / written.name
    shutil.copytree(written, first)
    second, _ = write_bundle(tmp_path, "serving", DAYS, tables, registry[:1])
    damaged, manifest = write_bundle(tmp_path, "serving", DAYS, tables, registry[1:])
    (damaged / "rankers" / "lambdarank.json").write_text("tree\n")
    pointers = [(path, load(path).fingerprint) for path in (first, second)]
    release(*pointers[0])
    return [*pointers, (damaged, manifest.fingerprint)]


def test_no_request_fails_while_bundles_change(tmp_path, bundles, batch):
    row = batch.slice(1, 1).to_pylist()[0]
    expected = {
        fingerprint: {
            name: scores.tolist()
            for name, scores in load(path).rank(Context.model_validate(request(row))).scores.items()
        }
        for path, fingerprint in bundles[:2]
    }
    body = to_jsonable_python(request(row))
    with serving(tmp_path, "--watch-seconds", "0.05") as (process, url):

        def client(_):
            with httpx2.Client() as one:
                return [one.post(f"{url}/rank", json=body, timeout=30) for _ in range(REQUESTS)]

        with ThreadPoolExecutor(CLIENTS) as pool:
            answers = pool.map(client, range(CLIENTS))
            for turn in range(12):
                release(*bundles[(1, 2, 0)[turn % 3]])
                if turn % 2:
                    process.send_signal(signal.SIGHUP)
                time.sleep(0.1)
            found = [answer for of_client in answers for answer in of_client]
        assert Counter(answer.status_code for answer in found) == {200: CLIENTS * REQUESTS}
        assert {answer.json()["fingerprint"] for answer in found} == set(expected)
        assert all(
            answer.json()["scores"] == expected[answer.json()["fingerprint"]] for answer in found
        )
        counts = httpx2.get(f"{url}/metrics").text
        assert 'dmc12_bundle_reloads_total{outcome="refused"}' in counts
        assert f'dmc12_requests_total{{path="/rank",status="200"}} {CLIENTS * REQUESTS}.0' in counts


def test_sighup_loads_what_is_released_and_sigterm_ends_the_service(tmp_path, bundles):
    with serving(tmp_path, "--watch-seconds", "0") as (process, url):
        release(*bundles[1])
        process.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + 30
        while httpx2.get(f"{url}/health").json()["fingerprint"] != bundles[1][1]:
            assert time.monotonic() < deadline
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)
    assert f"serving {bundles[1][0].name}" in (tmp_path / "service.log").read_text()


def test_a_service_without_a_bundle_ends_with_one_line(tmp_path):
    command = [sys.executable, "-m", "dmc12.online", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"dmc12: {tmp_path}: no bundle was released here")
