"""The adapter's version, where dbt looks for it."""

version = "1.11.0"
