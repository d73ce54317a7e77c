"""A small project with every kind of table, whose right state after each round is known."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROWS = 20_000

FILES = {
    "seeds/countries.csv": "iso,name\nNL,Netherlands\nDE,Germany\n",
    "models/sales.sql": """
{{ config(materialized='table') }}
select id, {{ var('round') }} as round, repeat('x', cast(id % 50 as int)) as note
from range({{ var('rows') }})
""",
    "models/sales_by_note.sql": """
{{ config(materialized='table') }}
select note, round, count(*) as n_sales from {{ ref('sales') }} group by note, round
""",
    "models/scored.py": """
def model(dbt, session):
    dbt.config(materialized="table")
    return dbt.ref("sales").selectExpr("id", "round", "id * 0.5D as score")
""",
    "models/sales_by_round.sql": """
{{ config(materialized='incremental', incremental_strategy='insert_overwrite',
    partition_by='day') }}
select id, {{ var('round') }} as round, pmod({{ var('round') }}, 7) as day from {{ ref('sales') }}
""",
    "models/latest.sql": "select max(round) as round from {{ ref('sales') }}",
    "macros/print_served.sql": """
{% macro print_served(tables) %}
    {% for table in tables %}
        {% set found = adapter.get_relation(none, target.schema, table) %}
        {% if execute and found is not none %}
            {% set row = run_query(
                'select min(round), max(round), count(*) from ' ~ found
            ).rows[0] %}
            {% do print('served ' ~ table ~ ' ' ~ row[0] ~ ' ' ~ row[1] ~ ' ' ~ row[2]) %}
        {% endif %}
    {% endfor %}
{% endmacro %}
""",
}
TABLES = ["sales", "scored", "sales_by_note", "sales_by_round"]


class Shop:
    """The project on disk; each build is a dbt process of its own."""

    def __init__(self, folder: Path, **profile: Any) -> None:
        self.folder = folder
        self._environment = {"NO_COLOR": "1", "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}
        for path, text in FILES.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)
        project = {
            "name": "shop",
            "version": "1.0.0",
            "profile": "shop",
            "on-run-start": [f"{{{{ print_served({TABLES}) }}}}"],
            "vars": {"rows": ROWS, "round": 0},
        }
        output = {"type": "sparksession", "schema": "shop", "memory": "1g", "threads": 2, **profile}
        profiles = {"shop": {"target": "t", "outputs": {"t": output}}}
        (folder / "dbt_project.yml").write_text(json.dumps(project))
        (folder / "profiles.yml").write_text(json.dumps(profiles))

    def remote(self, url: str) -> None:
        """Let later builds run on a Spark Connect server."""
        self._environment["SPARK_REMOTE"] = url

    def start(self, round_: int, **variables: Any) -> subprocess.Popen[str]:
        """Begin the build of a round."""
        return subprocess.Popen(
            [
                str(Path(sys.executable).parent / "dbt"),
                "build",
                "--vars",
                json.dumps({"round": round_, **variables}),
            ],
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, **self._environment},
            start_new_session=True,
        )

    def build(self, round_: int, ok: bool = True, **variables: Any) -> str:
        """Build a round to its end; returns what dbt printed."""
        process = self.start(round_, **variables)
        said = process.communicate(timeout=600)[0]
        assert (process.returncode == 0) == ok, said
        return said

    def query(self, sql: str) -> list[str]:
        """The lines of a query's CSV, without its header."""
        command = [sys.executable, "-m", "dbt.adapters.sparksession.query", sql]
        done = subprocess.run(
            command, cwd=self.folder, capture_output=True, text=True, check=True, timeout=300
        )
        return done.stdout.splitlines()[1:]


def served(said: str) -> dict[str, tuple[int, int, int]]:
    """What a build printed that its tables served before it: lowest and highest round, rows."""
    lines = [line.split() for line in said.splitlines() if line.startswith("served ")]
    return {table: (int(low), int(high), int(rows)) for _, table, low, high, rows in lines}
