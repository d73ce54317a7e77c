"""Java's archive of the classes that Spark loads: a Spark with it starts in two thirds of the time.

    python -m dbt.adapters.sparksession.class_archive

writes it beside the installed packages, once after installing (some 200 MB). A local Spark maps
it if it is there; Java leaves it aside where it is another Java's or other jars'.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from dbt.adapters.sparksession.credentials import SparksessionCredentials
from dbt.adapters.sparksession.java import CLASS_ARCHIVE
from dbt.adapters.sparksession.session import close_session, open_session
from dbt.adapters.sparksession.settings import JAVA_OPTIONS

PREFIX = "spark_classes_being_written_"
PATIENCE = 600  # seconds that Java may take to write it as it ends

# what a build has Spark do: each statement loads classes that the archive then holds
STATEMENTS = (
    "create database shop",
    """create table shop.orders (id bigint not null, day date, items array<struct<x: double>>)
       using parquet partitioned by (day)""",
    """insert into shop.orders select id, array(struct(id / 2.0d as x)), current_date()
       from range(9) distribute by id""",
    "create view shop.served as select * from shop.orders",
    "alter view shop.served as select id, day, items from shop.orders",
    "describe table extended shop.orders as json",
    "show table extended in shop like '*'",
    """select day, count(*), count(distinct id), max(rank), collect_list(label), sum(mean)
       from (
           select o.day, o.id, transform(o.items, one -> one.x) as label, s.mean,
               row_number() over (partition by o.id order by o.day) as rank
           from shop.served o join (
               select id, avg(item.x) as mean
               from shop.orders lateral view explode(items) as item group by id
           ) s on o.id = s.id left anti join range(3) r on o.id = r.id
       ) group by grouping sets ((day), ()) having count(*) > 0 order by 1 nulls first""",
)


def write() -> Path:
    """Run a Spark on a warehouse of its own that ends by writing the archive; returns its path.

    Raises DbtRuntimeError where Spark does not start, OSError where the archive was not written.
    """
    CLASS_ARCHIVE.parent.mkdir(parents=True, exist_ok=True)
    CLASS_ARCHIVE.unlink(missing_ok=True)
    for left in CLASS_ARCHIVE.parent.glob(f"{PREFIX}*"):  # by a set-up that was killed
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=CLASS_ARCHIVE.parent, prefix=PREFIX) as folder:
        written = Path(folder) / CLASS_ARCHIVE.name
        credentials = SparksessionCredentials(
            schema="shop",
            database=None,
            warehouse=folder,
            logs=folder,
            config={JAVA_OPTIONS: f'"-XX:ArchiveClassesAtExit={written}"'},
        )
        session = open_session(credentials)
        for statement in STATEMENTS:
            session.sql(statement).collect()
        session.range(3).mapInArrow(lambda batches: batches, "id bigint").collect()
        close_session(PATIENCE)
        return written.replace(CLASS_ARCHIVE)


if __name__ == "__main__":
    print(f"Java's archive of Spark's classes: {write()}")  # noqa: T201
