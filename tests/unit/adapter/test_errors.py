from pathlib import Path

import pytest

from dbt.adapters.sparksession.errors import frames_below, short_path, spark_message

ANALYSIS = """[TABLE_OR_VIEW_NOT_FOUND] The table `nope` cannot be found. SQLSTATE: 42P01; line 1;
'Project [*]
+- 'UnresolvedRelation [nope], [], false

JVM stacktrace:
org.apache.spark.sql.AnalysisException
\tat org.apache.spark.sql.Foo.bar(Foo.scala:1)"""

WORKER = """An exception was thrown from the Python worker:
Traceback (most recent call last):
  File "/x/lib/python3.11/site-packages/pyspark/worker.py", line 9, in main
    process()
  File "/x/models/lazy.py", line 3, in explode
    raise ValueError("boo")
    ^^^^^^^^^^^^^^^^^^^^^^^
ValueError: boo
 and more

\tat org.apache.spark.api.python.BasePythonRunner(PythonRunner.scala:1)"""


def test_the_plan_and_the_java_stack_are_cut() -> None:
    assert spark_message(Exception(ANALYSIS)) == (
        "[TABLE_OR_VIEW_NOT_FOUND] The table `nope` cannot be found. SQLSTATE: 42P01; line 1"
    )


def test_a_workers_exception_comes_first_with_the_users_frames_only() -> None:
    assert spark_message(Exception(WORKER)) == (
        'ValueError: boo\n and more\n  /x/models/lazy.py:3 in explode\n    raise ValueError("boo")'
    )


def test_a_null_is_told_by_its_path_without_advice_for_scala() -> None:
    text = (
        "[NOT_NULL_ASSERT_VIOLATION] NULL value appeared in non-nullable field: \ntags\nbad\n"
        "If the schema is inferred from a Scala tuple/case class, or (such as Integer). "
        "SQLSTATE: 42000"
    )
    assert spark_message(Exception(text)).endswith("field: tags.bad SQLSTATE: 42000")


def test_of_files_that_cannot_be_read_the_cause_is_told() -> None:
    vague = Exception("[FAILED_TO_CREATE_PLAN_FOR_DIRECT_QUERY] Failed to create plan: parquet")
    vague._cause = type("UnknownException", (Exception,), {})(
        "org.apache.spark.SparkException: [FAILED_READ_FILE] Could not read file:/x.parquet"
    )
    assert spark_message(vague) == "[FAILED_READ_FILE] Could not read file:/x.parquet"


def test_a_dead_jvm_is_told_as_such() -> None:
    assert "Java process is gone" in spark_message(ConnectionRefusedError(111, "refused"))


def test_frames_start_at_the_users_file(tmp_path: Path) -> None:
    path = str(tmp_path / "models" / "m.py")
    code = "def f():\n    return 1 / 0\n\nf()"
    with pytest.raises(ZeroDivisionError) as caught:
        exec(compile(code, path, "exec"), {})
    # the file has three lines: the fourth is dbt's
    assert frames_below(caught.value, path, 3, tmp_path) == ["  models/m.py:2 in f"]


def test_paths_are_short() -> None:
    assert short_path("/a/.venv/lib/python3.11/site-packages/pandas/x.py") == "pandas/x.py"
    assert short_path("/usr/lib/python3.11/json/decoder.py") == "json/decoder.py"
    assert short_path("/p/models/x.py", Path("/p")) == "models/x.py"
    assert short_path("/q/x.py", Path("/p")) == "/q/x.py"
