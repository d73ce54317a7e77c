"""Snapshots on Parquet: one message that says what to do."""

from __future__ import annotations

SNAPSHOT = """
snapshots:
  - name: orders_history
    relation: ref('orders')
    config: {unique_key: id, strategy: check, check_cols: all}
"""


def test_a_snapshot_on_parquet_is_refused_with_the_way(
    make_project, run_dbt, messages, query
) -> None:
    project = make_project(
        {"models/orders.sql": "select 1 as id", "snapshots/orders.yml": SNAPSHOT}
    )
    said = messages(run_dbt(project, "build", ok=False))["orders_history"]
    assert "snapshot 'orders_history' (snapshots/orders.yml) is not possible" in said
    assert "parquet" in said
    assert "insert_overwrite" in said
    assert "delta, iceberg or hudi" in said
    assert query(f"show tables in {project.name} like 'orders_history'") == []
