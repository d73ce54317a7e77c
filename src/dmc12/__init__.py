"""Ranking datasets, rankers and metrics in one nested format; importable without Spark and dbt."""
