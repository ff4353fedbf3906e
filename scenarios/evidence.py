"""The evidence table: numbers from reports and studies, each with its source, looked up by id."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from pydantic import BaseModel, ConfigDict, model_validator

from .errors import nearest

TABLE = Path(__file__).with_name("evidence.toml")


class Evidence(BaseModel):
    """One entry: a value, or a low and a high one, or several named values, in `unit`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    values: dict[str, float] = {}
    unit: str
    meaning: str
    source: str
    url: str = ""
    role: Literal["parameter", "validation target", "rule"]
    status: Literal["document", "search", "derived", "memory"]
    confidence: str
    note: str = ""

    @model_validator(mode="after")
    def _has_a_number(self) -> Evidence:
        forms = (self.value is not None, self.low is not None and self.high is not None, bool(self.values))
        if sum(forms) != 1:
            raise ValueError("an entry holds one of: value; low and high; values")
        return self

    @property
    def numbers(self) -> tuple[float, ...]:
        """All its numbers, in its own unit."""
        if self.value is not None:
            return (self.value,)
        if self.low is not None and self.high is not None:
            return (self.low, self.high)
        return tuple(self.values.values())

    @property
    def citable(self) -> bool:
        """False for a number from memory: it may suggest a range to sweep, never stand as a fact."""
        return self.status != "memory"


class UnknownEvidence(KeyError):
    """No entry has this id."""

    def __str__(self) -> str:
        return str(self.args[0])


@cache
def table() -> MappingProxyType[str, Evidence]:
    """The whole table by id, read once."""
    rows = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    return MappingProxyType({key: Evidence(id=key, **row) for key, row in rows.items()})


def ids() -> tuple[str, ...]:
    """The ids of the table, in its order."""
    return tuple(table())


def evidence(id: str) -> Evidence:
    """The entry with this id. Raises UnknownEvidence, a KeyError that names the nearest id."""
    try:
        return table()[id]
    except KeyError:
        hint = nearest(id, ids())
        raise UnknownEvidence(f"no evidence has the id {id!r}" + (f"; did you mean {hint!r}?" if hint else "")) from None
