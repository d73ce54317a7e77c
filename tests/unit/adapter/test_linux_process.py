"""What is known of a process, and that one which is gone is not known."""

import os
import subprocess
import sys

from dbt.adapters.sparksession.linux_process import parent_of, started_at


def test_a_process_has_a_parent_and_a_start() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        assert parent_of(child.pid) == os.getpid()
        assert int(started_at(child.pid) or 0) >= int(started_at(os.getpid()) or 0) > 0
        child.communicate()
    assert (parent_of(child.pid), started_at(child.pid)) == (None, None)


def test_a_name_may_hold_spaces_and_parentheses(tmp_path) -> None:  # type: ignore[no-untyped-def]
    named = tmp_path / "a (b) 1 2"
    named.symlink_to("/bin/cat")
    with subprocess.Popen([named], stdin=subprocess.PIPE) as child:
        assert parent_of(child.pid) == os.getpid()
