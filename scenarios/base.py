"""What every table is made of: the base model and the units of its numbers."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0)]
NonNegative = Annotated[float, Field(ge=0)]
Month = Annotated[str, Field(pattern=r"^(19|20)\d\d-(0[1-9]|1[0-2])$", description="A month, written YYYY-MM")]
CommissionerKind = Literal["council", "anchor"]


class Frozen(BaseModel):
    """Immutable, and an unknown key is a mistake, never ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class SourceNote(Frozen):
    """Where a number comes from: an evidence id, a citation of data, or an assumption with its plausible range."""

    evidence: str | None = None
    data: str | None = None
    assumed: tuple[float, float] | None = None
    note: str = ""

    @model_validator(mode="after")
    def _says_something(self) -> SourceNote:
        if self.evidence is None and self.data is None and self.assumed is None:
            raise ValueError("a source needs one of: evidence, data, assumed")
        return self
