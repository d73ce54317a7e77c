from __future__ import annotations

import pytest

TEXT = 'id,note,size\n1,O\'Brien,1\n9007199254740993,,2\n3,"",x\n4,"a\nb ""q"" \\ 😀 null",\n'


def test_every_value_is_kept_exactly(make_project, run_dbt, query) -> None:
    project = make_project({"seeds/raw.csv": TEXT})
    run_dbt(project, "seed")
    assert query(f"select * from {project.name}.raw order by id") == [
        (1, "O'Brien", "1"),
        (3, "", "x"),
        (4, 'a\nb "q" \\ 😀 null', None),
        (9007199254740993, None, "2"),
    ]


def test_types_are_as_declared(make_project, run_dbt, query) -> None:
    settings = """
seeds:
  - name: raw
    config:
      quote_columns: true
      delimiter: ";"
      column_types:
        {n: bigint, d: "decimal(20,2)", t: timestamp, y: date, b: boolean, v: varchar(3)}
"""
    text = "n;d;t;y;b;v;free\n9223372036854775807;123456789012345678.25;2026-01-01T02:00:00+02:00;"
    text += "2026-01-01;yes;abc;1.5\n;;;;;;\n"
    project = make_project({"seeds/raw.csv": text, "seeds/raw.yml": settings})
    run_dbt(project, "seed")
    described = [row[1] for row in query(f"describe {project.name}.raw")]
    assert described == [
        "bigint", "decimal(20,2)", "timestamp", "date", "boolean", "varchar(3)", "double"
    ]  # fmt: skip
    assert query(
        f"select n, cast(d as string), cast(t as string), cast(y as string), b, v, free"
        f" from {project.name}.raw where n is not null"
    ) == [
        (2**63 - 1, "123456789012345678.25", "2026-01-01 00:00:00", "2026-01-01", True, "abc", 1.5)
    ]


def test_a_bad_value_is_named_and_the_old_rows_serve_on(
    messages, make_project, run_dbt, query
) -> None:
    settings = "seeds: [{name: raw, config: {column_types: {strength: double}}}]"
    project = make_project({"seeds/raw.csv": "id,strength\n1,1.5\n", "seeds/raw.yml": settings})
    run_dbt(project, "seed")
    project.write({"seeds/raw.csv": "id,strength\n1,1.5\n2,abc\n"})
    said = messages(run_dbt(project, "seed", ok=False))["raw"]
    assert "seeds/raw.csv, data row 2, column strength: 'abc' is not a double" in said
    assert query(f"select strength from {project.name}.raw") == [(1.5,)]


@pytest.mark.parametrize("arguments", [(), ("--full-refresh",), ("--show",)])
def test_a_seed_is_reloaded_whole(make_project, run_dbt, query, arguments) -> None:
    project = make_project({"seeds/raw.csv": "a,b\n1,x\n"})
    run_dbt(project, "seed")
    project.write({"seeds/raw.csv": "b,c\n2,y\n3,z\n"})
    run_dbt(project, "seed", *arguments)
    assert query(f"select b, c from {project.name}.raw order by b") == [(2, "y"), (3, "z")]


def test_rows_keep_the_files_order(make_project, run_dbt, query) -> None:
    values = [(n * 7919) % 1000 for n in range(1000)]
    project = make_project({"seeds/raw.csv": "a\n" + "\n".join(map(str, values)) + "\n"})
    run_dbt(project, "seed")
    assert [row[0] for row in query(f"select a from {project.name}.raw")] == values


def test_a_header_alone_makes_an_empty_table(make_project, run_dbt, query) -> None:
    project = make_project({"seeds/raw.csv": "a,b\n"})
    run_dbt(project, "seed")
    assert query(f"select count(a) from {project.name}.raw") == [(0,)]
