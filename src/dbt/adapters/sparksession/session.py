"""The one Spark session of this process: opened once, closed when the process ends."""

from __future__ import annotations

import atexit
import contextlib
import contextvars
import logging
import os
import signal
import socket
import sys
import threading
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dbt.adapters.events.logging import AdapterLogger
from dbt_common.exceptions import DbtRuntimeError

from dbt.adapters.sparksession import interrupt
from dbt.adapters.sparksession.credentials import SparksessionCredentials
from dbt.adapters.sparksession.errors import spark_message
from dbt.adapters.sparksession.hints import Facts, hint, remember
from dbt.adapters.sparksession.java import check_java
from dbt.adapters.sparksession.linux_process import parent_of
from dbt.adapters.sparksession.local_files import use_local_files
from dbt.adapters.sparksession.metastore_lock import MetastoreInUseError, check_metastore
from dbt.adapters.sparksession.metastore_probe import check_metastore_service
from dbt.adapters.sparksession.settings import (
    derby_metastore,
    launch_settings,
    remote_url,
    sql_settings,
)

logger = AdapterLogger("Spark")

LOG_LIMIT = 20_000_000  # bytes of spark.log, above which a launch begins a new one
CONNECT_PORT = 15002  # Spark's own default
CONNECT_MODE = "SPARK_CONNECT_MODE_ENABLED"  # pyspark's mark of a process that speaks Connect
DERBY_HELD = ("XJ040", "XSDB6")

_lock = threading.RLock()
_session: Any = None
_fixed: dict[str, str] = {}
_applied: dict[str, str] = {}
_told: set[str] = set()
_early: threading.Thread | None = None
_early_error: Exception | None = None


def open_session(credentials: SparksessionCredentials) -> Any:
    """The Spark session of this process, opened by the first call.

    Later calls, of any thread and any dbt invocation in the process, get the same session with
    the SQL settings of their own profile. What is fixed at launch (master, memory, warehouse)
    stays as the first call had it; a profile that wants it otherwise is told so once.

    Raises DbtRuntimeError, in a sentence, when Spark cannot be opened.
    """
    global _session, _early_error
    with _lock:
        if _early_error is not None:
            error, _early_error = _early_error, None
            raise error
        if _session is None or _stopped(_session):
            _quiet_python()
            _session = _open(credentials)
            _applied.clear()
            atexit.register(close_session)
        else:
            _tell_what_is_fixed(credentials)
        _apply(_session, sql_settings(credentials))
        return _session


def open_early(credentials: SparksessionCredentials) -> None:
    """Open the session in a thread of its own, while dbt goes on; return at once.

    The first call of `open_session` waits for it and gets it, or its error. If there is none by the
    end of the process, since dbt could not parse the project, Spark is ended.
    """
    global _early

    def open_it() -> None:
        global _early_error
        with _lock:
            try:
                open_session(credentials)
            except Exception as error:  # noqa: BLE001  the first call of open_session raises it
                _early_error = error

    if _early is None and _session is None:
        metastore = derby_metastore(credentials)
        atexit.register(_end_early, is_new=metastore is not None and not metastore.exists())
        run = contextvars.copy_context().run  # dbt's events know their invocation by it
        _early = threading.Thread(target=run, args=(open_it,), name="open-spark", daemon=True)
        _early.start()


def _end_early(is_new: bool) -> None:
    if is_new and _early is not None:
        _early.join()  # half a metastore would be of no use
    elif _session is None:
        kill_java()  # or the end would wait for Spark's start
    close_session()


def current_session() -> Any:
    """The open session, or None."""
    return _session


def close_session(patience: float = 15) -> None:
    """Stop Spark and wait for its Java process to end, so that the metastore is free again.

    A Java that takes longer than `patience` seconds is killed.
    """
    global _session
    with _lock:
        if _session is None:
            return
        interrupt.closing()
        session, _session = _session, None
        gateway = None
        os.environ.pop(CONNECT_MODE, None)
        if not is_remote(session):
            gateway = session.sparkContext._gateway
        with contextlib.suppress(Exception):
            # an interrupted one is left to its own shutdown, which does not wait for tasks
            if not interrupt.begun():
                session.stop()
        if gateway is not None:
            _end_java(gateway, patience)


def cancel_jobs() -> None:
    """Stop all that Spark runs for this process; a Spark that is just starting is ended."""
    session = _session
    if session is None:
        kill_java()
    elif is_remote(session):
        session.interruptAll()
    else:
        session.sparkContext.cancelAllJobs()


def kill_java() -> None:
    """End the JVM of this process at once, and with it its Python workers."""
    for process in Path("/proc").glob("[0-9]*"):
        pid = int(process.name)
        if parent_of(pid) != os.getpid():
            continue
        with contextlib.suppress(OSError):
            if b"org.apache.spark" in (process / "cmdline").read_bytes():
                os.kill(pid, signal.SIGKILL)


def is_remote(session: Any) -> bool:
    """Whether the session is one of Spark Connect."""
    return type(session).__module__.startswith("pyspark.sql.connect")


def _open(credentials: SparksessionCredentials) -> Any:
    remote = remote_url(credentials)
    remember(_facts(credentials, remote))
    session = _connect(remote) if remote else _launch(credentials)
    _fixed.clear()
    _fixed.update(_what_is_fixed(credentials))
    return session


def _connect(url: str) -> Any:
    # grpc writes its own lines to stderr
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")
    place = url.split(";", 1)[0].rstrip("/")
    _check_server(place)
    try:
        from pyspark.sql.connect.session import SparkSession as ConnectSession

        session = ConnectSession.builder.remote(url).getOrCreate()
        session.client.set_retry_policies([_reconnecting()])
        session.sql("select 1").collect()
        # as pyspark's own builder does: pyspark.sql.functions makes Connect's columns by it
        os.environ[CONNECT_MODE] = "1"
    except ImportError as exc:
        raise DbtRuntimeError(
            f"Spark Connect needs packages that are not installed ({exc}): "
            "pip install grpcio grpcio-status googleapis-common-protos"
        ) from exc
    except Exception as exc:
        raise DbtRuntimeError(f"No Spark Connect at {place}: {spark_message(exc)}") from exc
    return session


def activate(session: Any) -> None:
    """Make a session the calling thread's: over Connect, Spark ML asks for it by thread."""
    if is_remote(session):
        session._active_session.session = session


def _reconnecting() -> Any:
    """Try for half a minute to reach a server that does not answer; Spark's client: for ten."""
    from pyspark.sql.connect.client.retries import DefaultPolicy

    return DefaultPolicy(max_retries=7, max_backoff=10_000)


def _check_server(place: str) -> None:
    """Raise at once where nothing listens: Spark's client would try again for minutes.

    `place` is the url without its parameters, which may hold a token.
    """
    parts = urlsplit(place)
    try:
        address = (parts.hostname or "localhost", parts.port or CONNECT_PORT)
        socket.create_connection(address, timeout=10).close()
    except (OSError, ValueError) as exc:
        raise DbtRuntimeError(f"No Spark Connect at {place}: {exc}") from exc


def _launch(credentials: SparksessionCredentials) -> Any:
    check_java()
    metastore = derby_metastore(credentials)
    if metastore is not None:
        check_metastore(metastore)
    else:
        check_metastore_service(credentials.config)
    # Spark's Python workers must be this Python, also when its venv is not on PATH
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    Path(credentials.warehouse).mkdir(parents=True, exist_ok=True)
    log = spark_log(credentials)
    logger.info(f"Starting Spark on {credentials.master}; what it writes goes to {log}")

    from pyspark import SparkConf, SparkContext
    from pyspark.java_gateway import launch_gateway
    from pyspark.sql import SparkSession

    conf = SparkConf(loadDefaults=False)
    for key, value in launch_settings(credentials).items():
        conf.set(key, value)
    before = log.stat().st_size if log.exists() else 0
    gateway = None
    try:
        # the JVM writes to the file; dbt's own streams stay dbt's
        with log.open("ab") as stream:
            gateway = launch_gateway(conf, {"stdout": stream, "stderr": stream})
        remember(replace(_facts(credentials, None), java=gateway.proc, log_begin=before))
        SparkContext(conf=conf, gateway=gateway)
        # pyspark has taken SIGINT if this is the main thread
        interrupt.install(cancel_jobs, kill_java)
        use_local_files(gateway)
        session = SparkSession.builder.getOrCreate()
        # Spark opens its metastore at the first question about it: ask now, fail here
        session.sql("show databases").collect()
    except Exception as exc:
        # Spark's own exceptions ask the JVM for their text, so read it before Java ends
        said, text = spark_message(exc), f"{type(exc).__name__}: {exc}"
        with contextlib.suppress(Exception):
            # not getOrCreate(): where no Java came up it would start another, on dbt's own streams
            if SparkContext._active_spark_context is not None:
                SparkContext._active_spark_context.stop()
        if gateway is not None:
            _end_java(gateway)
        raise _why_not(said, text, log, before, metastore) from exc
    return session


def _why_not(
    said: str, text: str, log: Path, before: int, metastore: Path | None
) -> DbtRuntimeError:
    written = ""
    with contextlib.suppress(OSError), log.open("rb") as stream:
        stream.seek(before)
        written = stream.read().decode(errors="replace")
    if metastore is not None and any(code in written for code in DERBY_HELD):
        return MetastoreInUseError(metastore)
    if text.startswith("PySparkRuntimeError") and "GATEWAY" in text:
        said = " / ".join([line for line in written.splitlines() if line.strip()][-3:])
    # the metastore's exception tells no cause: that is in what the JVM wrote
    remedy = hint(text) or hint(written)
    told = f"Spark did not start: {said} (see {log})"
    return DbtRuntimeError(f"{told}\n{remedy}" if remedy else told)


def _facts(credentials: SparksessionCredentials, remote: str | None) -> Facts:
    return Facts(
        memory=credentials.memory,
        warehouse=None if remote else credentials.warehouse,
        logs=credentials.logs,
        # without its parameters, which may hold a token
        server=remote.split(";", 1)[0].rstrip("/") if remote else None,
        config=credentials.config,
    )


def spark_log(credentials: SparksessionCredentials) -> Path:
    """The file that takes what Spark's JVM writes; a new one is begun when it has grown large."""
    folder = Path(credentials.logs)
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "spark.log"
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.replace(folder / "spark.log.1")
    return log


def _apply(session: Any, settings: dict[str, str]) -> None:
    """Set what differs from what was set before, then make sure of UTC."""
    for key, value in settings.items():
        if _applied.get(key) == value:
            continue
        try:
            session.conf.set(key, value)
        except Exception as exc:  # noqa: BLE001  a static setting; pyspark's type differs by client
            if key not in _told:
                _told.add(key)
                logger.debug(f"{key} is fixed where Spark was started: {spark_message(exc)}")
        _applied[key] = value
    zone = session.conf.get("spark.sql.session.timeZone")
    if zone != "UTC":
        raise DbtRuntimeError(
            f"Spark's session time zone is {zone}, not UTC: times would be read as other times. "
            "Remove spark.sql.session.timeZone from the profile's config."
        )


def _what_is_fixed(credentials: SparksessionCredentials) -> dict[str, str]:
    if remote := remote_url(credentials):
        return {"server": remote.split(";", 1)[0]}
    fixed = {"master": credentials.master, "warehouse": credentials.warehouse}
    if credentials.memory:
        fixed["memory"] = credentials.memory
    return fixed


def _tell_what_is_fixed(credentials: SparksessionCredentials) -> None:
    for key, value in _what_is_fixed(credentials).items():
        message = (
            f"Spark runs in this process with {key} {_fixed.get(key)}; "
            f"{key} {value} would need a new process"
        )
        if _fixed.get(key) != value and message not in _told:
            _told.add(message)
            logger.warning(message)


def _stopped(session: Any) -> bool:
    if is_remote(session):
        return bool(session.is_stopped)
    return session.sparkContext._jsc is None


def _end_java(gateway: Any, patience: float = 15) -> None:
    with contextlib.suppress(Exception):
        gateway.shutdown()
    process = getattr(gateway, "proc", None)
    if process is None:
        return
    with contextlib.suppress(Exception):
        # Spark's JVM ends itself when its stdin closes
        process.stdin.close()
        process.wait(timeout=2 if interrupt.begun() else patience)
    with contextlib.suppress(Exception):
        process.kill()
    # else the next launch in this process would look for the JVM that has just ended
    from pyspark import SparkContext

    SparkContext._gateway = None
    SparkContext._jvm = None


def _quiet_python() -> None:
    """Keep pyspark's Python side off the console; what matters comes as exceptions."""
    warnings.filterwarnings("ignore", module=r"pyspark(\.|$)")
    for name in (
        "py4j",
        "pyspark",
        "SQLQueryContextLogger",
        "DataFrameQueryContextLogger",
        "pyspark.sql.connect.client",
    ):
        quiet = logging.getLogger(name)
        quiet.setLevel(logging.CRITICAL + 1)
        quiet.propagate = False
    # py4j writes a dead JVM's traceback by the root logger, which would go to stderr
    from py4j import java_gateway

    java_gateway.logging = java_gateway.logger
