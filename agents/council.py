"""Councils."""

from __future__ import annotations

from typing import Any

from .commissioner import Commissioner


class Council(Commissioner):
    """A local authority: it may take services in-house; the focal one collects council tax from its residents."""

    label = "council"
    may_insource = True

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.collects_tax = self.focal
