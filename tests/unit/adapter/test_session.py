"""What is left of a Spark that does not start."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from dbt_common.exceptions import DbtRuntimeError
from pyspark import java_gateway
from pyspark.core import context

from dbt.adapters.sparksession import session
from dbt.adapters.sparksession.credentials import SparksessionCredentials


def test_a_java_that_ends_as_it_starts_is_not_followed_by_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[str] = []

    def ours(conf: Any, popen_kwargs: dict[str, Any]) -> None:
        started.append("ours")
        popen_kwargs["stderr"].write(b"killed\n")
        raise RuntimeError("the gateway has exited")

    monkeypatch.setattr(java_gateway, "launch_gateway", ours)
    monkeypatch.setattr(context, "launch_gateway", lambda conf: started.append("pyspark's own"))
    monkeypatch.setattr(session, "check_java", lambda: None)
    credentials = SparksessionCredentials(
        schema="s", database=None, warehouse=str(tmp_path / "warehouse"), logs=str(tmp_path)
    )

    with pytest.raises(DbtRuntimeError, match=r"Spark did not start: .*the gateway has exited"):
        session._launch(credentials)

    assert started == ["ours"]
    assert (tmp_path / "spark.log").read_bytes() == b"killed\n"
