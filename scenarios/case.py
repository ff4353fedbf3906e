"""What a scenario after a real partnership says of it: the table [case] of its file."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, field_validator

from .base import Frozen
from .evidence import UnknownEvidence, evidence

Text = Annotated[str, Field(min_length=10)]


class Case(Frozen):
    """A case study: what was said of it when it was praised or blamed, and what has become known since."""

    of: Annotated[tuple[str, ...], Field(min_length=1, description="The partnerships it stands for")]
    told: Text = Field(description="What the report says")
    since: Text = Field(description="What is known of the outcome, also where it later soured; or that nothing was found")
    left_out: Text = Field(description="What the scenario cannot show of it")
    source: Text = Field(description="Where it is told")
    evidence: tuple[str, ...] = Field(default=(), description="Ids of the evidence table")

    @field_validator("evidence")
    @classmethod
    def _known(cls, ids: tuple[str, ...]) -> tuple[str, ...]:
        for id in ids:
            try:
                evidence(id)
            except UnknownEvidence as error:
                raise ValueError(str(error)) from None
        return ids
