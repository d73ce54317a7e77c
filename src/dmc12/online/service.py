"""The HTTP service: POST /rank, GET /health, GET /metrics."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Annotated, Any

from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import Field, ValidationError
from pydantic_core import to_json
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from dmc12.names import shortened
from dmc12.online.bundle import Bundle
from dmc12.online.context import Context
from dmc12.online.errors import ContextError
from dmc12.online.metrics import Metrics
from dmc12.online.served import Served

MAX_BODY_BYTES = 1_048_576
MAX_FAULTS = 10  # that one answer lists


class RankRequest(Context):
    """The body of /rank: a context and, if not all of the bundle's, the rankers wanted."""

    rankers: Annotated[list[str], Field(min_length=1)] | None = None


class RefusedError(Exception):
    """A request that gets a 4xx answer."""

    def __init__(self, status: int, faults: list[dict[str, str]]) -> None:
        super().__init__(faults[0]["message"])
        self.status = status
        self.faults = faults


def create_app(
    root: Path,
    *,
    watch_seconds: float | None = 1.0,
    max_body_bytes: int = MAX_BODY_BYTES,
    threads: int = 1,
) -> Starlette:
    """Make the app that serves the released bundle of a directory, by `threads` of LightGBM.

    The pointer is looked at every `watch_seconds` (None: never), and at once by
    `app.state.served.reload()`.
    Raise BundleError where the released bundle cannot be loaded.
    """
    metrics = Metrics()
    served = Served(
        root, threads=threads, on_reload=lambda outcome: metrics.reloads.labels(outcome).inc()
    )

    async def rank(request: Request) -> Response:
        body = await _body(request, max_body_bytes)
        started = time.perf_counter()
        # No await from here on: ranking is a few milliseconds of processor time, which threads
        # would only stretch, and it ends on the bundle that it began with.
        asked = _parsed(body)
        answer = _ranked(asked, served.bundle, metrics)
        metrics.seconds.observe(time.perf_counter() - started)
        return _json(answer)

    async def health(request: Request) -> Response:
        manifest = served.bundle.manifest
        return _json(
            {
                "status": "serving",
                "bundle": served.bundle.path.name,
                "fingerprint": served.bundle.fingerprint,
                "days": manifest.days,
                "rankers": list(manifest.rankers),
                "loaded_seconds_ago": round(time.time() - served.loaded_at, 1),
                "refused": served.refused,
            }
        )

    async def text(request: Request) -> Response:
        metrics.bundle.clear()
        metrics.bundle.labels(served.bundle.path.name, served.bundle.fingerprint).set(1)
        metrics.loaded.set(served.loaded_at)
        return Response(metrics.to_text(), media_type=CONTENT_TYPE_LATEST)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        watch = asyncio.create_task(_watch(served, watch_seconds)) if watch_seconds else None
        yield
        if watch is not None:
            watch.cancel()
            with suppress(asyncio.CancelledError):
                await watch

    def answered(
        path: str, endpoint: Callable[[Request], Awaitable[Response]]
    ) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            try:
                response = await endpoint(request)
            except RefusedError as refused:
                for fault in refused.faults:
                    metrics.faults.labels(fault["code"]).inc()
                response = _json({"faults": refused.faults}, refused.status)
            metrics.requests.labels(path, response.status_code).inc()
            return response

        return answer

    app = Starlette(
        routes=[
            Route("/rank", answered("/rank", rank), methods=["POST"]),
            Route("/health", answered("/health", health), methods=["GET"]),
            Route("/metrics", answered("/metrics", text), methods=["GET"]),
        ],
        exception_handlers={HTTPException: _http_error, Exception: _internal_error},
        lifespan=lifespan,
    )
    app.state.served = served
    return app


async def _watch(served: Served, seconds: float) -> None:
    """Look at the pointer now and then; load in a thread, while requests are answered."""
    while True:
        await asyncio.sleep(seconds)
        await asyncio.to_thread(served.reload)


async def _body(request: Request, most: int) -> bytes:
    """Read the body, at most so many bytes of it."""
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind != "application/json":
        raise _refused(415, "not_json", f"expected content-type application/json, got {kind!r}")
    too_large = _refused(413, "body_too_large", f"the body has more than {most:,} bytes")
    if int(request.headers.get("content-length", "0")) > most:
        raise too_large
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > most:
                raise too_large
    except ClientDisconnect:
        raise _refused(
            400, "disconnected", "the client left before its request was whole"
        ) from None
    return bytes(body)


def _parsed(body: bytes) -> RankRequest:
    """Check the body against the schema."""
    try:
        return RankRequest.model_validate_json(body)
    except ValidationError as error:
        faults = [_fault(fault) for fault in error.errors(include_url=False)[:MAX_FAULTS]]
        status = 400 if faults[0]["code"] == "json_invalid" else 422
        raise RefusedError(status, faults) from None


def _fault(fault: Any) -> dict[str, str]:
    """Say one of pydantic's faults: its code, its place, what is wrong."""
    message = fault["msg"]
    if fault["type"] not in ("json_invalid", "missing") and fault["loc"]:
        message += f" (got {shortened(fault['input'])})"
    return {
        "code": fault["type"],
        "at": ".".join(str(part) for part in fault["loc"]),
        "message": message,
    }


def _ranked(asked: RankRequest, bundle: Bundle, metrics: Metrics) -> dict[str, Any]:
    """Rank, and put it as columns in the order of the candidates."""
    try:
        ranking = bundle.rank(asked, asked.rankers)
    except ContextError as error:
        raise _refused(422, error.code, str(error), error.at) from None
    metrics.candidates.observe(len(asked.candidates))
    metrics.unknown_plays.inc(bundle.unknown_plays(asked))
    return {
        "fingerprint": bundle.fingerprint,
        "show_title_ids": asked.candidates,
        "scores": {name: scores.tolist() for name, scores in ranking.scores.items()},
        "ranks": {name: ranks.tolist() for name, ranks in ranking.ranks.items()},
    }


def _refused(status: int, code: str, message: str, at: str = "") -> RefusedError:
    """Make a refusal of one fault."""
    return RefusedError(status, [{"code": code, "at": at, "message": message}])


def _json(content: Any, status: int = 200) -> Response:
    """Make a JSON response."""
    return Response(to_json(content), status, media_type="application/json")


async def _http_error(request: Request, error: Exception) -> Response:
    """Put Starlette's own 4xx in the form of all others."""
    assert isinstance(error, HTTPException)
    code = {404: "no_such_path", 405: "no_such_method"}.get(error.status_code, "refused")
    response = _json(
        {"faults": [{"code": code, "at": request.url.path, "message": error.detail}]},
        error.status_code,
    )
    response.headers.update(error.headers or {})
    return response


async def _internal_error(request: Request, error: Exception) -> Response:
    """Answer for a fault of the service itself; Starlette logs it."""
    message = "the service failed; its log says why"
    return _json({"faults": [{"code": "internal", "at": "", "message": message}]}, 500)
