"""Serve the released bundle of a directory: `python -m dmc12.online DIRECTORY`."""

import argparse
import asyncio
import logging
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import uvicorn

from dmc12.online.errors import BundleError
from dmc12.online.service import MAX_BODY_BYTES, create_app


def main() -> None:
    """Serve until SIGINT or SIGTERM; SIGHUP looks for another bundle at once."""
    arguments = _parser().parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    try:
        app = create_app(
            arguments.directory,
            watch_seconds=arguments.watch_seconds or None,
            max_body_bytes=arguments.max_body_bytes,
            threads=arguments.threads,
        )
    except BundleError as error:
        sys.exit(f"dmc12: {error}")
    config = uvicorn.Config(
        app, host=arguments.host, port=arguments.port, access_log=False, log_config=None
    )
    asyncio.run(_serve(uvicorn.Server(config), app.state.served.reload))


async def _serve(server: uvicorn.Server, reload: Callable[..., bool]) -> None:
    """Serve; reload in a thread at each SIGHUP."""
    loop = asyncio.get_running_loop()
    tasks: set[asyncio.Task[bool]] = set()

    def on_signal() -> None:
        task = loop.create_task(asyncio.to_thread(reload, anew=True))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    loop.add_signal_handler(signal.SIGHUP, on_signal)
    await server.serve()


def _parser() -> argparse.ArgumentParser:
    """Return the parser of the command's arguments."""
    parser = argparse.ArgumentParser(prog="python -m dmc12.online", description=__doc__)
    parser.add_argument("directory", type=Path, help="where a build has released bundles")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8012)
    parser.add_argument(
        "--watch-seconds",
        type=float,
        default=1.0,
        help="how often to look for another bundle; 0: never",
    )
    parser.add_argument("--max-body-bytes", type=int, default=MAX_BODY_BYTES)
    parser.add_argument("--threads", type=int, default=1, help="LightGBM's, for one context")
    return parser


if __name__ == "__main__":
    main()
