"""A column as dbt asks for it, with what `dbt docs` shows of it."""

from __future__ import annotations

from dataclasses import dataclass

from dbt.adapters.spark import SparkColumn


@dataclass
class SparksessionColumn(SparkColumn):  # type: ignore[misc]
    """dbt-spark's column and the comments, under the names that dbt's catalog has for them."""

    column_comment: str | None = None
    table_comment: str | None = None

    def is_integer(self) -> bool:
        """Whether the type is one of Spark's integers; dbt-spark goes by Postgres's names."""
        return self.dtype.lower() in ("tinyint", "smallint", "int", "integer", "bigint")

    def is_float(self) -> bool:
        """Whether the type is binary floating point."""
        return self.dtype.lower() in ("float", "real", "double")

    def is_numeric(self) -> bool:
        """Whether the type is a decimal."""
        return str(self.dtype).lower().startswith(("decimal", "dec", "numeric"))

    def is_string(self) -> bool:
        """Whether the type is text, of any length."""
        return str(self.dtype).lower().startswith(("string", "varchar", "char"))

    def can_expand_to(self, other_column: SparkColumn) -> bool:
        """No: a string of Spark has no size to grow."""
        return False
