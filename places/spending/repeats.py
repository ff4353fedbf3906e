"""Texts that come again and again need to be looked at only once each; where hardly any does, finding that out for all costs more."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

FIRST = 1_000  # texts by which all are judged


def repeated(texts: pa.Array) -> bool:
    """Whether there are many texts and most of the first come more than once."""
    return len(texts) > FIRST and len(texts.slice(0, FIRST).unique()) < FIRST // 2
