"""Train a sweep on a cluster of two machines of two cores each; write its registry as JSON.

    python train_on_cluster.py PARQUET FOLDER '{knob: value}'

The cluster is Spark's own `local-cluster`: a standalone master, and executors in JVMs of their own.
"""

import json
import sys

from pyspark.sql import SparkSession

from dmc12.knobs import knobs_of
from dmc12.spark import train

COLUMNS = ("ranker", "set_id", "status", "error", "threads", "trained_at", "wall_seconds")


def main(parquet: str, folder: str, knobs: str) -> None:
    settings = {
        "spark.sql.warehouse.dir": f"{folder}/tables",
        "spark.driver.host": "localhost",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.executor.memory": "1g",
        "spark.ui.enabled": "false",
        "spark.sql.session.timeZone": "UTC",
    }
    builder = SparkSession.builder.master("local-cluster[2,2,1024]")
    session = builder.config(map=settings).getOrCreate()
    featurized = session.read.parquet(parquet)
    rows = train(featurized, "on_cluster", knobs_of(json.loads(knobs))).select(*COLUMNS).collect()
    json.dump([row.asDict() for row in rows], sys.stdout, default=lambda at: at.timestamp())
    session.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
