"""Councils."""

from __future__ import annotations

from .commissioner import Commissioner


class Council(Commissioner):
    """A local authority: it may take services in-house; the focal one collects council tax from its residents."""

    label = "council"
    may_insource = True
    expected: float  # satisfaction of residents at the last election
