"""A context to rank: who, where, when, what was played before, and the candidates; checked."""

from datetime import UTC, datetime
from itertools import pairwise
from typing import Annotated, Any, Self

import pyarrow as pa
from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)
from pydantic_core import PydanticCustomError

MAX_CANDIDATES = 1_000
MAX_PLAYS = 10_000

MOMENT = pa.timestamp("us", tz="UTC")
PLAY = pa.struct([("played_at", MOMENT), ("show_title_id", pa.int64()), ("strength", pa.float64())])

# What encoders get of a context: the columns of `dmc12_labeled` and of its history that they read.
SCHEMA = pa.schema(
    [
        ("profile_id", pa.int64()),
        ("country_iso_code", pa.string()),
        ("context_at", MOMENT),
        ("items", pa.list_(pa.struct([("show_title_id", pa.int64())]))),
        ("signed_up_at", MOMENT),
        ("plays", pa.list_(PLAY)),
    ]
)


def _no_number(moment: Any) -> Any:
    """Refuse numbers, in quotes or not, which pydantic would read as seconds since 1970."""
    if isinstance(moment, datetime) or (isinstance(moment, str) and moment[4:5] == "-"):
        return moment
    raise PydanticCustomError("bad_time", "expected a time such as 2026-06-18T20:14:07Z")


Moment = Annotated[
    AwareDatetime,
    Field(strict=False, ge=datetime(1970, 1, 1, tzinfo=UTC), lt=datetime(2200, 1, 1, tzinfo=UTC)),
    BeforeValidator(_no_number),
]
Id = Annotated[int, Field(ge=-(2**63), lt=2**63)]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]


class _Part(BaseModel):
    """Typed, frozen, and no other fields than these; moments have an offset, such as Z."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class Play(_Part):
    """One fact of the profile's history."""

    show_title_id: Id
    played_at: Moment
    strength: Annotated[float, Field(gt=0)]


class Profile(_Part):
    """Who it is."""

    profile_id: Id
    country_iso_code: Country
    signed_up_at: Moment


class Context(_Part):
    """One context: at most 1,000 candidates, no title twice, and at most 10,000 plays.

    `history` holds all that the profile has played before `context_at`, the oldest first.
    """

    profile: Profile
    context_at: Moment
    history: Annotated[list[Play], Field(max_length=MAX_PLAYS)]
    candidates: Annotated[list[Id], Field(min_length=1, max_length=MAX_CANDIDATES)]

    @model_validator(mode="after")
    def _agree(self) -> Self:
        """Check the rules between fields."""
        if self.profile.signed_up_at > self.context_at:
            raise PydanticCustomError(
                "before_sign_up", "context_at lies before profile.signed_up_at"
            )
        if self.history and self.history[-1].played_at >= self.context_at:
            raise PydanticCustomError(
                "history_in_the_future", "the last play of history is not before context_at"
            )
        for place, (earlier, later) in enumerate(pairwise(self.history)):
            if later.played_at < earlier.played_at:
                raise PydanticCustomError(
                    "history_out_of_order",
                    "history.{place} lies before the play that precedes it: the oldest comes first",
                    {"place": place + 1},
                )
        if len(set(self.candidates)) < len(self.candidates):
            twice = next(one for one in self.candidates if self.candidates.count(one) > 1)
            raise PydanticCustomError(
                "candidate_twice", "candidates names title {title} twice", {"title": twice}
            )
        return self

    def to_batch(self) -> pa.RecordBatch:
        """Return the one context as encoders get it, with the columns of `SCHEMA`.

        Plays of the same moment are put in the order that `profile_history` has.
        """
        plays = sorted(
            self.history, key=lambda play: (play.played_at, play.show_title_id, play.strength)
        )
        columns = [
            pa.array([self.profile.profile_id], pa.int64()),
            pa.array([self.profile.country_iso_code], pa.string()),
            pa.array([self.context_at], MOMENT),
            _one_list([pa.array(self.candidates, pa.int64())], SCHEMA.field("items").type),
            pa.array([self.profile.signed_up_at], MOMENT),
            _one_list(
                [
                    pa.array([play.played_at for play in plays], MOMENT),
                    pa.array([play.show_title_id for play in plays], pa.int64()),
                    pa.array([play.strength for play in plays], pa.float64()),
                ],
                SCHEMA.field("plays").type,
            ),
        ]
        return pa.RecordBatch.from_arrays(columns, schema=SCHEMA)


def _one_list(fields: list[pa.Array], kind: pa.ListType) -> pa.ListArray:
    """Make one list of structs from their fields."""
    structs = pa.StructArray.from_arrays(fields, fields=list(kind.value_type))
    return pa.ListArray.from_arrays(pa.array([0, len(structs)], pa.int32()), structs, type=kind)
