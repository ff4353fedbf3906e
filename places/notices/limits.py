"""How much of a file of notices is taken in, so that a hostile or broken one ends in a message and not in a full memory."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """The largest file and item, in bytes after unpacking; the most releases or lines of all files together; the deepest nesting.

    An item is a release, a record or whatever stands between two of them. All of Find a Tender publishes some hundred
    thousand releases a year, a council some hundreds.
    """

    file_bytes: int = 4 << 30
    item_bytes: int = 16 << 20
    releases: int = 300_000
    depth: int = 64
    suppliers: int = 5_000
    cell: int = 1 << 20
