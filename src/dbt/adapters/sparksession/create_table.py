"""The DDL of a new table, from its columns and the model's config."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dbt_common.exceptions import DbtRuntimeError

from dbt.adapters.sparksession.schema_types import Field, literal, quote, render_field


def create_table(table: str, columns: Sequence[Field], config: Mapping[str, Any]) -> str:
    """Write `create table` for a managed table that does not yet exist.

    A table is created first and filled by an insert, not by one `create table as`: only so are
    `not null` columns and fields refused at write, and a build killed half-way stays in the
    catalog, where a plain `drop table` clears it on every kind of cluster.

    Honours `file_format` (Parquet by default), `partition_by`, `clustered_by` + `buckets`,
    `sorted_by`, `compression`, `options`, `tblproperties`.
    Raises DbtRuntimeError on settings that cannot hold.
    """
    if config.get("location_root"):
        raise DbtRuntimeError(
            "location_root is not supported: every build is a new managed table (see "
            "`warehouse` in the profile for where they lie)"
        )
    file_format = config.get("file_format") or "parquet"
    partitions = names(config.get("partition_by"))
    known = {column.name.lower() for column in columns}
    for key in ("partition_by", "clustered_by", "sorted_by"):
        unknown = [name for name in names(config.get(key)) if name.lower() not in known]
        if unknown:
            raise DbtRuntimeError(f"{key} names no column of this model: {', '.join(unknown)}")

    lines = [f"create table {table} ("]
    lines.append(",\n".join(f"    {render_field(column)}" for column in columns))
    lines.append(f") using {file_format}")
    options = dict(config.get("options") or {})
    if config.get("compression"):
        options["compression"] = config["compression"]
    if options:
        lines.append(f"options ({_pairs(options)})")
    if partitions:
        lines.append(f"partitioned by ({', '.join(map(quote, partitions))})")
    lines.extend(_buckets(config))
    if config.get("tblproperties"):
        lines.append(f"tblproperties ({_pairs(config['tblproperties'])})")
    return "\n".join(lines)


def _buckets(config: Mapping[str, Any]) -> list[str]:
    clustered = names(config.get("clustered_by"))
    if not clustered and config.get("buckets") is None:
        return []
    if not clustered or config.get("buckets") is None:
        raise DbtRuntimeError("clustered_by and buckets go together")
    lines = [f"clustered by ({', '.join(map(quote, clustered))})"]
    if ordered := names(config.get("sorted_by")):
        lines.append(f"sorted by ({', '.join(map(quote, ordered))})")
    lines.append(f"into {int(config['buckets'])} buckets")
    return lines


def names(value: str | Sequence[str] | None) -> list[str]:
    """The column names of a setting that takes one or several."""
    if not value:
        return []
    return [value] if isinstance(value, str) else list(value)


def _pairs(options: Mapping[str, Any]) -> str:
    return ", ".join(f"{literal(str(k))} = {literal(str(v))}" for k, v in options.items())
