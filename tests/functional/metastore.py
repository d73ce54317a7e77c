"""A Hive metastore service of the tests' own, from the pyspark wheel, for several processes."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyspark
from connect import free_port

SITE = """<configuration>
<property><name>javax.jdo.option.ConnectionURL</name>
<value>jdbc:derby:;databaseName={folder}/metastore_db;create=true</value></property>
<property><name>datanucleus.schema.autoCreateAll</name><value>true</value></property>
<property><name>hive.metastore.schema.verification</name><value>false</value></property>
<property><name>hive.metastore.warehouse.dir</name><value>{folder}/tables</value></property>
</configuration>
"""


@contextmanager
def metastore(folder: Path, port: int | None = None) -> Iterator[str]:
    """Run a metastore service on a Derby database in `folder`; give its thrift uri."""
    port = port or free_port()
    (folder / "hive-site.xml").write_text(SITE.format(folder=folder))
    java = Path(os.environ["JAVA_HOME"]) / "bin" / "java" if "JAVA_HOME" in os.environ else "java"
    jars = Path(pyspark.__file__).parent / "jars"
    command = [java, "-Xmx512m", "-cp", f"{folder}:{jars}/*"]
    command += ["org.apache.hadoop.hive.metastore.HiveMetaStore", "-p", port]
    command += ["--hiveconf", "hive.async.log.enabled=false"]
    with (folder / "metastore.log").open("ab") as log:
        service = subprocess.Popen(list(map(str, command)), cwd=folder, stdout=log, stderr=log)
        try:
            deadline = time.monotonic() + 120
            while time.monotonic() < deadline and service.poll() is None:
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.5)
            yield f"thrift://127.0.0.1:{port}"
        finally:
            service.kill()
            service.wait(timeout=30)
