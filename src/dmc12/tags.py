"""The declared tags: what contexts are stratified and sliced by."""

import re
from collections.abc import Mapping
from difflib import get_close_matches
from functools import lru_cache
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError

from dmc12.names import NAME, RULE, shortened

# What an expression may read: the columns of `described` in contexts_tagged.sql that say nothing of
# what comes after the context. docs/sampling.md says what each is.
COLUMNS = (
    "profile_id",
    "country_iso_code",
    "country_place",
    "signed_up_at",
    "tenure_days",
    "context_at",
    "n_past_plays",
    "device",
)
# A tag is one value that follows from its context alone.
_NO_PART: dict[type[exp.Expr], str] = {
    exp.Query: "a query",
    exp.AggFunc: "an aggregate",
    exp.Window: "a window",
    exp.UDTF: "a function of many rows",
    exp.Explode: "a function of many rows",
    exp.Star: "*",
    exp.Alias: "an alias",
    exp.Placeholder: "a placeholder",
    exp.Parameter: "a parameter",
    exp.Block: "a second statement",
}
# Spark reads these texts as the moment of the build where it wants a date or a timestamp.
_NOW = re.compile(r"\s*(now|today|tomorrow|yesterday)\b", re.IGNORECASE)
_NOT_OF_THE_CONTEXT = {
    *("rand", "randn", "random", "randstr", "uniform", "uuid", "shuffle", "now", "curdate"),
    *("current_date", "current_time", "current_timestamp", "current_user", "localtimestamp"),
    *("monotonically_increasing_id", "spark_partition_id", "input_file_name", "version"),
    *("input_file_block_start", "input_file_block_length", "session_user", "user"),
    *("localtime", "current_database", "current_schema", "current_catalog"),
    *("java_method", "reflect", "try_reflect", "ai_query", "raise_error", "assert_true"),
}


def check_expression(text: str) -> str:
    """Return the text if it is one SQL expression over `COLUMNS`, a value of its context alone.

    Raise ValueError that says what it holds besides.
    """
    if fault := _fault(text):
        raise ValueError(fault)
    return text


class Tag(BaseModel):
    """One tag: a SQL expression over the tagger's columns, its type and what it says."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    expression: Annotated[str, AfterValidator(check_expression)]
    type: Literal["string", "boolean", "int", "bigint", "date"]
    description: str = Field(min_length=1)


def check_tag(name: str, declaration: Mapping[str, Any]) -> Tag:
    """Return the tag; raise one ValueError that names it and what is wrong."""
    if not NAME.fullmatch(name):
        raise ValueError(f"tag {shortened(name)}: {RULE}")
    try:
        return Tag.model_validate(declaration)
    except ValidationError as error:
        faults = [
            f"{fault['loc'][0]}: {fault['msg'].removeprefix('Value error, ')}"
            for fault in error.errors()
        ]
        raise ValueError(f"tag {name}: {'; '.join(faults)}") from None


@lru_cache(maxsize=1024)
def _fault(text: str) -> str | None:
    """Say what keeps a text from being an expression of a tag; None if nothing does."""
    try:
        parsed = parse_one(text, dialect="spark")
    except SqlglotError as error:
        first = re.sub(r"\x1b\[\d+m", "", str(error)).splitlines()[0]
        # it quotes the text as it is, control characters included
        shown = (one if one.isprintable() else ascii(one)[1:-1] for one in first)
        return f"expected one SQL expression: {''.join(shown)}"
    if not isinstance(parsed, exp.Condition | exp.Query | exp.Alias | exp.Star | exp.Block):
        return "expected one SQL expression, got a statement"
    for part in parsed.walk():
        if part.comments:
            return f"expected one SQL expression, without comments: {shortened(part.comments[0])}"
        for kind, name in _NO_PART.items():
            if isinstance(part, kind):
                return f"expected one SQL expression of a context's columns, without {name}"
        if isinstance(part, exp.Literal) and part.is_string and _NOW.match(part.name):
            return f"{shortened(part.name)} may stand for the moment of the build"
        if isinstance(part, exp.Func) and (found := _NOT_OF_THE_CONTEXT & _names(part)):
            return f"{min(found)}() does not follow from the context"
        if isinstance(part, exp.Column) and not _is_known(part):
            close = get_close_matches(part.name.lower(), COLUMNS, n=1)
            hint = f"did you mean {close[0]}?" if close else f"known: {', '.join(COLUMNS)}"
            return f"{shortened(part.sql())} is no column of the tagger; {hint}"
    return None


def _names(function: exp.Func) -> set[str]:
    own = function.name if isinstance(function, exp.Anonymous) else function.sql_name()
    return {own.lower(), *(name.lower() for name in function.sql_names())}


def _is_known(column: exp.Column) -> bool:
    return column.name.lower() in COLUMNS and not column.table
