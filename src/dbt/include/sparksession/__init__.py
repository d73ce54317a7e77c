"""The adapter's macros, as the dbt package `dbt_sparksession`."""

from pathlib import Path

PACKAGE_PATH = str(Path(__file__).parent)
