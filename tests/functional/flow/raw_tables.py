"""Raw tables for the flow, from Python values: Parquet files, so that no value needs escaping."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

Rows = Iterable[Mapping[str, str | None]]


def supply(project: Path, name: str, sql: str) -> Path:
    """Let a model of this SQL supply a raw table instead of the seed."""
    (project / "seeds" / f"{name}.csv").unlink(missing_ok=True)
    (project / "models" / f"{name}.sql").write_text(sql)
    return project


def supply_rows(project: Path, name: str, rows: Rows) -> Path:
    """Let a raw table of strings hold these rows; return the Parquet file that they lie in."""
    path = project / "raw" / f"{name}.parquet"
    path.parent.mkdir(exist_ok=True)
    listed = list(rows)
    schema = pa.schema([(column, pa.string()) for column in listed[0]])
    pq.write_table(pa.Table.from_pylist(listed, schema), path)
    supply(project, name, f"select * from parquet.`{path}`")
    return path
