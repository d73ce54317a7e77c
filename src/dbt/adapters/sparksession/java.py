"""Look for a Java that Spark runs on and its archive of Spark's classes; how it compiles."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from dbt_common.exceptions import DbtRuntimeError

SUPPORTED = (17, 21)
# Spark's classes as Java maps them, beside the installed packages; class_archive.py writes it
CLASS_ARCHIVE = Path(sys.prefix) / "share" / "dbt-sparksession" / "classes.jsa"
# Of the processor time of a build of many short statements, Java's optimising compiler took a
# quarter for code that then ran for a moment (benchmarks/java_options.py). The quick one, alone,
# needs more room for its code than the 48 MB that Java then gives it. Both compile later than by
# default.
JAVA_COMPILERS = {
    "quick": "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=400m",
    "full": "-XX:CompileThresholdScaling=10",
}
REMEDY = (
    "Spark needs Java 17 or 21: install one (Debian, Ubuntu: apt-get install "
    "openjdk-17-jre-headless) and let JAVA_HOME or PATH lead to it."
)


class JavaError(DbtRuntimeError):
    """No Java that Spark runs on; the message says what was found and how to install one."""


def find_java() -> Path:
    """The `java` that Spark will launch: that of JAVA_HOME if it is set, else the first on PATH.

    Raises JavaError.
    """
    home = os.environ.get("JAVA_HOME")
    if home:
        java = Path(home) / "bin" / "java"
        if not os.access(java, os.X_OK):
            raise JavaError(f"JAVA_HOME is {home}, which has no bin/java. {REMEDY}")
        return java
    found = shutil.which("java")
    if found is None:
        raise JavaError(f"No Java found: JAVA_HOME is not set and no java is on PATH. {REMEDY}")
    return Path(found)


def java_major(version_output: str) -> int | None:
    """The major version in what `java -version` prints; 8 for "1.8.0_392"; None if not found."""
    found = re.search(r'version "(?:1\.)?(\d+)', version_output)
    return int(found[1]) if found else None


def check_java() -> None:
    """Raise JavaError, in one sentence, unless a Java that Spark supports is in reach."""
    java = find_java()
    try:
        done = subprocess.run(
            [java, "-version"], capture_output=True, text=True, timeout=30, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as exc:
        raise JavaError(f"{java} does not run ({exc}). {REMEDY}") from exc
    major = java_major(done.stderr + done.stdout)
    if major is None:
        raise JavaError(f"{java} does not say which version it is. {REMEDY}")
    if major not in SUPPORTED:
        raise JavaError(f"{java} is Java {major}. {REMEDY}")


def class_archive_option() -> str:
    """The option that has Java map the archive of Spark's classes; empty where there is none."""
    return f'"-XX:SharedArchiveFile={CLASS_ARCHIVE}"' if CLASS_ARCHIVE.exists() else ""
