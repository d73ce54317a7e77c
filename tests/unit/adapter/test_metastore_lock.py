import subprocess
import sys
from pathlib import Path

import pytest

from dbt.adapters.sparksession.metastore_lock import (
    MetastoreInUseError,
    check_metastore,
    holder_of,
)

HOLD = """
import fcntl, sys
handle = open(sys.argv[1], "r+")
fcntl.lockf(handle, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


def test_a_free_or_absent_metastore_has_no_holder(tmp_path: Path) -> None:
    assert holder_of(tmp_path) is None
    (tmp_path / "dbex.lck").touch()
    assert holder_of(tmp_path) is None


def test_the_holder_is_named_with_the_directory(tmp_path: Path) -> None:
    lock = tmp_path / "dbex.lck"
    lock.touch()
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, lock], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(
            MetastoreInUseError, match=f"{tmp_path} is in use by process {holder.pid}"
        ):
            check_metastore(tmp_path)
        holder.communicate()
