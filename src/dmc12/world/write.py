"""Write worlds: as the CSV seeds of dbt, or as Parquet of any size."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from dmc12.world.simulate import World, simulate, simulate_in_parts
from dmc12.world.slates import DECIMALS
from dmc12.world.spec import WorldSpec

PROFILES_A_FILE = 16_384
DECIMALS_OF = {"strength": 2, "propensity": DECIMALS}


def tables(world: World) -> dict[str, pa.Table]:
    """Give a world's tables by the names that the project reads them under."""
    return {
        "raw_profiles": world.profiles,
        "raw_titles": world.titles,
        "raw_plays": world.plays,
        "raw_impressions": world.impressions,
    }


def csv_bytes(spec: WorldSpec) -> dict[str, bytes]:
    """Simulate a world; give each table's name and its CSV: header, LF, ISO 8601 moments, UTC."""
    return {name: _csv(table) for name, table in tables(simulate(spec)).items()}


def write_csv(spec: WorldSpec, folder: Path) -> list[Path]:
    """Write a world as one CSV a table; return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, content in csv_bytes(spec).items():
        paths.append(folder / f"{name}.csv")
        paths[-1].write_bytes(content)
    return paths


def write_parquet(
    spec: WorldSpec, folder: Path, profiles_a_file: int = PROFILES_A_FILE
) -> list[Path]:
    """Write a world as folders of Parquet, some profiles a file, in bounded memory.

    Raise ValueError where a table's folder holds files already: two worlds must not mix.
    """
    for name in ("raw_profiles", "raw_titles", "raw_plays", "raw_impressions"):
        (folder / name).mkdir(parents=True, exist_ok=True)
        if any((folder / name).iterdir()):
            raise ValueError(f"{folder / name} is not empty")
    paths = []
    for part, world in enumerate(simulate_in_parts(spec, profiles_a_file)):
        for name, table in tables(world).items():
            if name == "raw_titles" and part > 0:
                continue
            paths.append(folder / name / f"part-{part:05d}.parquet")
            pq.write_table(table, paths[-1])
    return paths


def _csv(table: pa.Table) -> bytes:
    """Write a table as CSV. No value of a world holds a comma, a quote or a line break."""
    columns = [_text(table[name], DECIMALS_OF.get(name, 0)) for name in table.column_names]
    lines = [",".join(table.column_names), *(",".join(row) for row in zip(*columns, strict=True))]
    return ("\n".join(lines) + "\n").encode()


def _text(column: pa.ChunkedArray, decimals: int) -> list[str]:
    """Write a column's values as text."""
    if pa.types.is_timestamp(column.type):
        seconds = column.cast(pa.int64()).to_numpy() // 1_000_000
        moments = np.datetime_as_string(seconds.astype("datetime64[s]"), unit="s")
        return [f"{moment}Z" for moment in moments.tolist()]
    if pa.types.is_floating(column.type):
        return [f"{value:.{decimals}f}" for value in column.to_pylist()]
    return [str(value) for value in column.to_pylist()]
