"""The shipped value of every parameter of behaviour, with the one source it rests on."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

from pydantic import Field, model_validator

from .base import Frozen

TABLE = Path(__file__).with_name("parameters.toml")


class ShippedParameter(Frozen):
    """A value and exactly one of: the evidence it follows from, or the range within which it is assumed."""

    value: float
    evidence: str | None = None
    assumed: tuple[float, float] | None = None
    range: tuple[float, float] | None = Field(default=None, description="What evidence leaves open, where it gives a range")
    note: Annotated[str, Field(min_length=1)]

    @model_validator(mode="after")
    def _one_source(self) -> ShippedParameter:
        if (self.evidence is None) == (self.assumed is None):
            raise ValueError("a parameter has exactly one of: evidence, assumed")
        if self.range is not None and self.evidence is None:
            raise ValueError("an assumed parameter gives its range as assumed = [low, high]")
        low, high = self.plausible or (self.value, self.value)
        if not low <= self.value <= high:
            raise ValueError(f"the value {self.value:g} lies outside its range {low:g} to {high:g}")
        return self

    @property
    def plausible(self) -> tuple[float, float] | None:
        """The range a sensitivity analysis sweeps; None where the evidence gives one number only."""
        return self.assumed or self.range


@cache
def shipped_parameters() -> MappingProxyType[str, ShippedParameter]:
    """Every shipped parameter by name, in the order of parameters.toml."""
    rows = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    return MappingProxyType({name: ShippedParameter.model_validate(row) for name, row in rows.items()})


def default_values() -> dict[str, float]:
    """The shipped values alone."""
    return {name: row.value for name, row in shipped_parameters().items()}
