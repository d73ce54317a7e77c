"""The declared tags: what contexts are stratified and sliced by."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dmc12.names import NAME, RULE, shortened


class Tag(BaseModel):
    """One tag: a SQL expression over the tagger's columns, its type and what it says."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    expression: str = Field(min_length=1)
    type: Literal["string", "boolean", "int", "bigint", "date"]
    description: str = Field(min_length=1)


def check_tag(name: str, declaration: Mapping[str, Any]) -> Tag:
    """Return the tag; raise one ValueError that names it and what is wrong."""
    if not NAME.fullmatch(name):
        raise ValueError(f"tag {shortened(name)}: {RULE}")
    try:
        return Tag.model_validate(declaration)
    except ValidationError as error:
        faults = [f"{fault['loc'][0]}: {fault['msg']}" for fault in error.errors()]
        raise ValueError(f"tag {name}: {'; '.join(faults)}") from None
