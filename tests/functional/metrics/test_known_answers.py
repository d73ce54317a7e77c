import time

from conftest import Context


def test_one(evaluation):
    t = time.time()
    e = evaluation()
    print("compile", time.time() - t)
    c = [
        Context([0, 2, 1], {"a": [3, 2, 1], "b": [1, 1, 1]}),
        Context([0, 0], {"a": [3, 2], "b": [1, 1]}),
    ]
    from dbt.adapters.sparksession.session import current_session

    spark = current_session()
    print(
        len(e.sql["metrics_by_slice"]),
        len(e.sql["metrics_by_context"]),
        spark.conf.get("spark.sql.shuffle.partitions"),
    )
    from conftest import MODELS, scored_type

    spark.createDataFrame(
        [e._row(i, x) for i, x in enumerate(c)], schema=scored_type(e.rankers)
    ).createOrReplaceTempView("dmc12_scored")
    for m in MODELS:
        t = time.time()
        d = spark.sql(e.sql[m])
        print(m, "analyse", time.time() - t)
        t = time.time()
        d.cache().createOrReplaceTempView(m)
        spark.table(m).count()
        print(m, "run", time.time() - t)
    for n in ("items_ranks_permutation", "metrics_in_range", "metrics_complete"):
        t = time.time()
        e.violations(n)
        print(n, time.time() - t)
