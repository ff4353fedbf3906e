"""National rules: what government asks of every commissioner, whatever its own policy."""

from __future__ import annotations

from pydantic import Field

from .base import Frozen, Month, NonNegative, Share


class Rules(Frozen):
    """Rules in force from a month on. A threshold adds its clause to every commissioner's policy for contracts of that worth."""

    start: Month | None = Field(default=None, description="First month in which they hold; from the first month of the run if left out")
    open_book_above: NonNegative | None = Field(default=None, description="Contracts worth at least this open their books, pounds")
    disclosure_above: NonNegative | None = Field(default=None, description="Contracts worth at least this publish performance, pounds")
    accreditation_above: NonNegative | None = Field(default=None, description="Contracts worth at least this ask for accreditation, pounds")
    publication_above: NonNegative | None = Field(default=None, description="Contracts worth at least this advertise subcontracts, pounds")
    training: Share | None = Field(default=None, description="Client-side capacity to which training brings every commissioner")
    peer_learning: bool = Field(default=False, description="Whether what worked is gathered and shared among commissioners")
