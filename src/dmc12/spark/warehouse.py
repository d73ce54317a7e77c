"""Where the session's warehouse lies: on a file system that the driver and all workers see."""

from pathlib import Path
from urllib.parse import urlparse

from pyspark.sql import SparkSession


def warehouse_of(session: SparkSession) -> Path:
    """Return the warehouse's directory; raise ValueError for a remote one."""
    location = str(session.conf.get("spark.sql.warehouse.dir"))
    if urlparse(location).scheme not in ("", "file"):
        raise ValueError(
            f"the warehouse is {location}: rankers and bundles need a (shared) file system"
        )
    # Spark gives a location, not a URI: nothing in it is escaped
    return Path(location.removeprefix("file:"))
