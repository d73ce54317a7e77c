"""Spare local Spark a process for each file and directory it makes, and a hidden `.crc` file."""

from __future__ import annotations

from typing import Any

NAME = "LocalFiles"
# Hadoop sets a file's mode through its native library, which pyspark lacks, or else by `chmod`.
SOURCE = f"""
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;

public class {NAME} extends LocalFileSystem {{
    public {NAME}() {{
        super(new RawLocalFileSystem() {{
            public void setPermission(Path path, FsPermission mode) throws IOException {{
                if (mode.getStickyBit()) {{
                    super.setPermission(path, mode);
                }} else {{
                    Files.setPosixFilePermissions(
                        pathToFile(path).toPath(),
                        PosixFilePermissions.fromString(mode.toString()));
                }}
            }}
        }});
        setWriteChecksum(false);
    }}
}}
"""


def use_local_files(gateway: Any) -> None:
    """Let all of this Java reach its machine's files by a file system that sets modes itself.

    A process for each file and directory took 8 ms. No `.crc` is written either, since Parquet's
    pages bear checksums of their own. Hadoop keeps one file system for each kind of URI: from here
    on, this one for `file:`. It is compiled by Janino, as Spark's queries are.
    """
    jvm = gateway.jvm
    compiler = jvm.org.codehaus.janino.SimpleCompiler()
    compiler.setParentClassLoader(jvm.Thread.currentThread().getContextClassLoader())
    compiler.cook(SOURCE)
    hadoop = jvm.org.apache.hadoop
    conf = hadoop.conf.Configuration()
    hadoop.fs.FileSystem.getLocal(conf).close()  # the one that is kept makes room
    conf.setClassLoader(compiler.getClassLoader())
    conf.set("fs.file.impl", NAME)
    hadoop.fs.FileSystem.getLocal(conf)
