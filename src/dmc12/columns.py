"""Arrow columns as numpy arrays, and Parquet files as Arrow tables."""

from collections.abc import Iterable
from urllib.parse import unquote, urlparse

import numpy as np
import pyarrow as pa
import pyarrow.dataset as ds
from numpy.typing import NDArray


def microseconds(moments: pa.Array | pa.ChunkedArray) -> NDArray[np.int64]:
    """Give timestamps as microseconds since 1970, UTC."""
    return np.asarray(moments.cast(pa.timestamp("us", tz="UTC")).cast(pa.int64()), np.int64)


def places_in(known: NDArray[np.int64], wanted: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give the place of each wanted value in the sorted known ones, -1 where it is not there."""
    if not len(known):
        return np.full(len(wanted), -1)
    place = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    return np.where(known[place] == wanted, place, -1)


def local_path(uri: str) -> str:
    """Turn a file's URI, as Spark lists it, into a path; raise ValueError for a remote one.

    A plain path stays as it is: nothing in it is escaped.
    """
    scheme = urlparse(uri).scheme
    if scheme not in ("", "file"):
        raise ValueError(f"{uri}: only files on a (shared) file system can be read")
    return unquote(urlparse(uri).path) if scheme else uri


def read_parquet(uris: Iterable[str], partition: pa.Field | None = None) -> pa.Table:
    """Read Parquet files, in the order of their names, into one table.

    `partition` is a column whose value stands in the files' paths (`day=2026-06-01`).
    """
    paths = sorted(local_path(uri) for uri in uris)
    if not paths:
        raise ValueError("no Parquet file to read")
    partitioning = partition and ds.partitioning(pa.schema([partition]), flavor="hive")
    return ds.dataset(paths, format="parquet", partitioning=partitioning).to_table()
