"""What a world is made of: its size, its seed and the constants of its behaviour."""

from datetime import date, datetime
from typing import Annotated, Any

import numpy as np
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from dmc12.world.names import FIRST_PROFILE_ID, FIRST_TITLE_ID

DAY = 86_400  # seconds


def _no_number(value: Any) -> Any:
    """Refuse numbers, which pydantic would read as seconds since 1970."""
    if isinstance(value, int | float):
        raise ValueError("expected a date such as '2026-04-02', got a number")  # noqa: TRY004
    if isinstance(value, datetime):
        raise ValueError("expected a date such as '2026-04-02', got a moment")  # noqa: TRY004
    return value


Whole = Annotated[int, Field(strict=True)]
Weight = Annotated[float, Field(allow_inf_nan=False)]
Days = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class Weights(BaseModel):
    """The constants of the utility, in units of the Gumbel noise (scale 1); see `docs/world.md`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    taste: Weight = 4.0
    country_taste: Weight = 1.2
    country_appeal: Weight = 0.35
    quality: Weight = 0.5
    launch: Weight = 3.2
    burst: Weight = 1.8
    repeat: Weight = 6.0
    dulling: Weight = 7.0
    recent_genre: Weight = 3.5
    recent_creator: Weight = 4.0

    launch_days: Days = 21.0
    burst_days: Days = 14.0
    repeat_days: Days = 10.0
    dulling_days: Days = 2.0
    recent_days: Days = 4.0


class WorldSpec(BaseModel):
    """A simulated world. Equal specs make equal bytes; defaults are the world shipped in `seeds/`.

    `starts_at` is a UTC date and the window is [starts_at, starts_at + days). `choice_set` bounds
    how many titles a visit looks at: catalogues up to that size are seen whole. `slate` is how many
    titles a visit is shown, 0 for none; impressions are logged from the day `slates_from_day` on.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    seed: Annotated[Whole, Field(ge=0, lt=2**63)] = 12
    profiles: Annotated[Whole, Field(ge=1, le=10**9)] = 1200
    titles: Annotated[Whole, Field(ge=1, le=FIRST_PROFILE_ID - FIRST_TITLE_ID)] = 300
    starts_at: Annotated[date, BeforeValidator(_no_number), Field(ge=date(1990, 1, 1))] = date(
        2026, 4, 2
    )
    days: Annotated[Whole, Field(ge=1, le=3650)] = 90
    choice_set: Annotated[Whole, Field(ge=1)] = 400
    slate: Annotated[Whole, Field(ge=0)] = 5
    slates_from_day: Annotated[Whole, Field(ge=0)] = 35
    weights: Weights = Weights()

    @property
    def starts_second(self) -> int:
        """Start of the window, in seconds since 1970, UTC."""
        return int(np.datetime64(self.starts_at, "s").astype(np.int64))

    @property
    def ends_second(self) -> int:
        """End of the window (exclusive), in seconds since 1970, UTC."""
        return self.starts_second + self.days * DAY

    def first_days(self, seconds: Any) -> Any:
        """Turn seconds since 1970 into days since the window's start (floats)."""
        return (seconds - self.starts_second) / DAY
