"""Read UCI Online Retail as published, dirt included. One row per invoice line."""

from pathlib import Path

SCHEMA = (
    "InvoiceNo string, StockCode string, Description string, Quantity bigint, "
    "InvoiceDate timestamp, UnitPrice double, CustomerID string, Country string"
)


def model(dbt, session):
    path = Path(dbt.vars["online_retail_path"]).resolve()
    if not path.is_file():
        raise FileNotFoundError(f"{path}: no such file; set var online_retail_path")
    return session.read.csv(path.as_uri(), header=True, schema=SCHEMA, mode="FAILFAST")
