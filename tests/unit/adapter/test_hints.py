import pytest

from dbt.adapters.sparksession.hints import Facts, hint

FACTS = Facts(memory="512m", warehouse="/w", logs="/l")
PART = (
    "file:/w/tables/shop__versions.db/orders__v20261124t000000000000_ab12cd34/day=1/part-0.parquet"
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Caused by: java.io.IOException: No space left on device", "A disk was full while Spark"),
        ("java.lang.OutOfMemoryError: Java heap space", "`memory` in the profile (now 512m)"),
        ("Python worker exited unexpectedly (crashed)", "A Python worker was killed or crashed"),
        ("Container killed by YARN", "spark.executor.memoryOverhead"),
        ("java.net.BindException: Cannot assign requested address", "spark.driver.bindAddress"),
        (f"[FAILED_READ_FILE.NO_HINT] {PART}", "the table shop.orders is damaged or gone"),
        ("FileNotFoundException file:/w/shop.db/b/p.parquet", "dbt build --select b"),
        # the disk is the cause of what follows
        ("Python worker exited unexpectedly ... No space left on device", "A disk was full"),
    ],
)
def test_the_usual_failures_have_a_remedy(text, expected, monkeypatch) -> None:
    monkeypatch.setattr("dbt.adapters.sparksession.hints.FULL", 0)
    assert expected in (hint(text, FACTS) or "")


def test_a_full_disk_is_named(monkeypatch, tmp_path) -> None:
    monkeypatch.setattr("dbt.adapters.sparksession.hints.FULL", 1 << 60)
    said = hint(f"{tmp_path}/x/part-0: No space left on device", FACTS)
    assert f"The disk of {tmp_path} is full" in (said or "")


@pytest.mark.parametrize(
    "text",
    [
        "[TABLE_OR_VIEW_NOT_FOUND] no",
        # a metastore's complaint while the metastore is there (Derby: this process's own)
        "MetaException(message:Version information not found)",
        "SparkConnectGrpcException: local",
    ],
)
def test_nothing_is_said_where_nothing_is_known(text) -> None:
    assert hint(text, FACTS) is None
