"""Name the kinds of values that a contest file holds, with their bounds."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
Share = Annotated[float, Field(ge=0.0, le=1.0, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0, le=200_000_000)]
PositiveCount = Annotated[int, Field(ge=1, le=200_000_000)]
Coordinate = Annotated[float, Field(ge=-10.0, le=10.0, allow_inf_nan=False)]
Position = tuple[Coordinate, Coordinate, Coordinate]
Weight = Annotated[float, Field(ge=0.0, le=10.0, allow_inf_nan=False)]
Days = Annotated[int, Field(ge=1, le=1000)]
Seats = Annotated[int, Field(ge=0, le=1000)]
Confidence = Literal["high", "medium", "low", "assumed"]


class Section(BaseModel):
    """Refuse unknown keys and silent conversions; immutable once read."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Sourced(Section):
    """Carry where the figures of a section come from and how sure they are."""

    source: Annotated[Text, Field(description="where every figure of this section comes from")]
    confidence: Annotated[
        Confidence,
        Field(
            description="high: official or two reports agree; medium or low: one report, or "
            "doubtful; assumed: a judgement, no source"
        ),
    ]
    note: Annotated[Text | None, Field(description="anything a reader should know")] = None
