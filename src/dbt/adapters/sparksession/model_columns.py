"""The columns of a model's table: what its YAML declares, held against what its query gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dbt_common.exceptions import CompilationError, DbtRuntimeError

from dbt.adapters.sparksession.nested_columns import fold_columns
from dbt.adapters.sparksession.schema_types import Field, TypeTextError, literal
from dbt.adapters.sparksession.type_diff import type_diff


def table_columns(model: Mapping[str, Any], actual: Sequence[Field]) -> list[Field]:
    """The columns of a model's new table, `actual` being those of its query or DataFrame.

    A SQL model with an enforced contract and a Python model whose YAML types any column are held
    to the YAML: its types and its `not null`s become the table's. Any other takes `actual`.

    Raises a dbt error that names each difference.
    """
    declared = declared_columns(model)
    if not is_held_to_yaml(model):
        return list(actual)
    if model.get("language") == "python":
        if differences := type_diff(declared, actual):
            raise DbtRuntimeError(
                "The model's DataFrame is not what its YAML declares:\n" + _lines(differences)
            )
        types = {column.name.lower(): column.type for column in actual}
        return [Field(c.name, c.type or types[c.name.lower()], c.nullable) for c in declared]
    assert_contract(model, actual)
    return declared


def is_held_to_yaml(model: Mapping[str, Any]) -> bool:
    """Whether a model's table takes its types and its `not null`s from the YAML."""
    if model.get("language") == "python":
        return any(column.type for column in declared_columns(model))
    return has_contract(model)


def assert_contract(model: Mapping[str, Any], actual: Sequence[Field]) -> None:
    """Raise CompilationError unless `actual` are the columns that the contract declares."""
    if differences := type_diff(declared_columns(model), actual):
        raise CompilationError(
            "This model has an enforced contract that failed.\n" + _lines(differences)
        )


def has_contract(model: Mapping[str, Any]) -> bool:
    """Whether the model's contract is enforced."""
    return bool((model["config"].get("contract") or {}).get("enforced"))


def declared_columns(model: Mapping[str, Any]) -> list[Field]:
    """The columns that a model's YAML declares, `not null` where a constraint says so.

    A column may be declared part by part; see nested_columns.py.
    Raises DbtRuntimeError for a `data_type` that is not a Spark type.
    """
    try:
        return fold_columns((model.get("columns") or {}).values())
    except TypeTextError as exc:
        raise DbtRuntimeError(str(exc)) from exc


def with_comments(columns: Sequence[Field], model: Mapping[str, Any]) -> list[Field]:
    """The columns with their YAML descriptions, where `persist_docs` asks for them."""
    if not (model["config"].get("persist_docs") or {}).get("columns"):
        return list(columns)
    quoted, described = {}, {}
    for name, column in model["columns"].items():
        if column.get("quote"):
            quoted[name] = column.get("description")
        else:
            described[name.lower()] = column.get("description")
    return [
        Field(c.name, c.type, c.nullable, quoted.get(c.name) or described.get(c.name.lower()))
        for c in columns
    ]


def relation_comment(model: Mapping[str, Any]) -> str | None:
    """The model's description as a SQL literal, where `persist_docs` asks for it."""
    if not ((model.get("config") or {}).get("persist_docs") or {}).get("relation"):
        return None
    return literal(model.get("description") or "")


def _lines(differences: Sequence[str]) -> str:
    return "\n".join(f"  {difference}" for difference in differences)
