"""Rank 1,000 candidates online: seconds of one call in the library and over HTTP, and their parts.

    python benchmarks/online.py [CALLS] [TREES]

A made-up world of 2,000 titles, profiles with 0 to 400 plays, all features, two baselines and a
lambdarank of TREES x 31 leaves; one process, one thread, one request at a time. Each call is of
another context. The target is a p99 of at most 10 ms. Own time is the thread's on a processor: what
a busy machine takes away is not in it (nor, over HTTP, what the service does).
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import httpx2
import numpy as np
from pydantic_core import to_json

REPO = Path(__file__).parents[1]
sys.path.insert(0, str(REPO / "tests" / "unit" / "online"))

import fabricated  # noqa: E402

from dmc12.encoders import FEATURES  # noqa: E402
from dmc12.encoders.state import State  # noqa: E402
from dmc12.featurize import featurize_batch, to_batch  # noqa: E402
from dmc12.online import Bundle, Context, load  # noqa: E402
from dmc12.online.pointer import release  # noqa: E402
from dmc12.scoring import score_batch  # noqa: E402

TITLES, CANDIDATES, PLAYS, CONTEXTS = 2_000, 1_000, 400, 100
PORT = 8_812


def main(calls: int = 1_000, trees: int = 300) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        bundle = written(root, trees)
        batch = fabricated.contexts(CONTEXTS, TITLES, CANDIDATES, PLAYS, seed=3)
        bodies = [to_json(fabricated.request(row)) for row in batch.to_pylist()]
        contexts = [Context.model_validate_json(body) for body in bodies]
        print(
            f"{calls} calls, {CANDIDATES} candidates, {len(bundle.manifest.features)} features, "
            f"{bundle.rankers.scorers['lambdarank'].best_iteration} trees"
        )
        print(f"{'milliseconds':34} {'p50':>8} {'p99':>8} {'own p50':>12} {'own p99':>8}")
        timed("library, a call", calls, contexts, bundle.rank)
        timed(
            "library, LightGBM on two threads", calls, contexts, load(bundle.path, threads=2).rank
        )
        parts(bundle, contexts, calls)
        over_http(root, bodies, calls)


def written(root: Path, trees: int) -> Bundle:
    """Write and release a bundle; load it."""
    tables = fabricated.tables(TITLES, neighbours=50)
    state = State.from_tables(**tables)
    trained_on = fabricated.contexts(200, TITLES, 300, PLAYS)
    boosted = {"trainer": "lambdarank", "params": {"num_boost_round": trees}}
    declared = fabricated.DECLARED | {"lambdarank": boosted}
    rows = fabricated.registry(state, trained_on, root, declared)
    path, manifest = fabricated.write_bundle(root, "serving", fabricated.DAYS, tables, rows)
    release(path, manifest.fingerprint)
    return load(path)


def timed(what: str, calls: int, inputs: list[Any], call: Callable[[Any], object]) -> None:
    """Time calls, each of another input; print their milliseconds."""
    for one in inputs[:20]:
        call(one)
    wall, own = [], []
    for number in range(calls):
        one = inputs[number % len(inputs)]
        start, own_start = time.perf_counter(), time.thread_time()
        call(one)
        wall.append(time.perf_counter() - start)
        own.append(time.thread_time() - own_start)
    (p50, p99), (own_p50, own_p99) = (np.quantile(each, (0.5, 0.99)) * 1e3 for each in (wall, own))
    print(f"{what:34} {p50:8.3f} {p99:8.3f} {own_p50:12.3f} {own_p99:8.3f}")


def parts(bundle: Bundle, contexts: list[Context], calls: int) -> None:
    """Time the parts of a call."""
    arrow = [context.to_batch() for context in contexts]
    flat = [to_batch(one, bundle.state) for one in arrow]
    featurized = [featurize_batch(one, bundle.state, bundle.rankers.features) for one in arrow]
    timed("  context to Arrow", calls, contexts, Context.to_batch)
    timed("  Arrow to the encoders' columns", calls, arrow, lambda one: to_batch(one, bundle.state))
    encoders = {FEATURES[name].encode for name in bundle.rankers.features}
    for encode in sorted(encoders, key=lambda one: one.__module__):
        timed(f"  encoder {encode.__module__.rsplit('.', 1)[-1]}", calls, flat, encode)
    timed("  all rankers' scores", calls, featurized, lambda one: score_batch(one, bundle.rankers))
    scorer = bundle.rankers.scorers["lambdarank"]
    matrices = [
        np.column_stack(
            [
                one["items"].flatten().field("features").field(name).to_numpy()
                for name in scorer.features
            ]
        )
        for one in featurized[:20]
    ]
    timed("  LightGBM within them", calls, matrices, scorer.score)


def over_http(root: Path, bodies: Iterable[bytes], calls: int) -> None:
    """Time requests to a service in a process of its own, over one connection."""
    command = [sys.executable, "-m", "dmc12.online", str(root), "--port", str(PORT)]
    service = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        with httpx2.Client(base_url=f"http://127.0.0.1:{PORT}") as client:
            while True:
                try:
                    client.get("/health")
                    break
                except httpx2.TransportError:
                    time.sleep(0.1)

            def post(body: bytes) -> None:
                answer = client.post(
                    "/rank", content=body, headers={"content-type": "application/json"}
                )
                assert answer.status_code == 200, answer.text

            timed("HTTP, all rankers", calls, list(bodies), post)
            for line in client.get("/metrics").text.splitlines():
                if line.startswith(("dmc12_rank_seconds_sum", "dmc12_rank_seconds_count")):
                    print("  ", line)
    finally:
        service.terminate()
        service.wait()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
