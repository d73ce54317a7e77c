import re

from dbt.adapters.sparksession import progress

SLOW = """
import time


def stall(batches):
    for batch in batches:
        time.sleep(1.5)
        yield batch


def model(dbt, session):
    return session.range(0, 4, 1, 4).mapInArrow(stall, "id long")
"""


def test_a_long_node_is_told_and_can_be_hushed(make_project, run_dbt, monkeypatch, capfd) -> None:
    for name, value in {"LONG": 0.0, "TICK": 0.1, "FIRST_LOG": 0.5}.items():
        monkeypatch.setattr(progress, name, value)
    said = re.compile(r"m: stages \d+/\d+, tasks \d+/\d+ \(\d+\.\d/s\), \d+ s")
    project = make_project({"models/m.py": SLOW})
    run_dbt(project, "run")
    assert said.search(capfd.readouterr().out)

    profiles = project.root / "profiles.yml"
    profiles.write_text(profiles.read_text().replace("threads:", "progress: false\n      threads:"))
    run_dbt(project, "run")
    assert "tasks" not in capfd.readouterr().out
