from dbt.adapters.sparksession.relation_entry import entry_of

VERSION = "orders__v20261123t120000123456_ab12cd34"
VIEW = """Catalog: spark_catalog
Database: shop
Table: orders
Type: VIEW
View Text: {0}
View Original Text: {0}
Table Properties: [comment=a, transient_lastDdlTime=1]
Schema: root
 |-- Type: string (nullable = true)
"""


def test_a_published_view_tells_its_version() -> None:
    entry = entry_of(VIEW.format(f"select * from `shop__versions`.`{VERSION}`"), "shop")
    assert entry.is_view
    assert entry.version == VERSION


def test_a_view_that_only_begins_like_a_published_one_is_not_one() -> None:
    text = f"select * from shop__versions.{VERSION}\nwhere id > 1"
    assert entry_of(VIEW.format(text), "shop").version is None


def test_a_table_tells_its_properties() -> None:
    entry = entry_of("Type: MANAGED\nTable Properties: [dbt.rows=12, x=y]\n", "shop__versions")
    assert not entry.is_view
    assert entry.properties["dbt.rows"] == "12"
