"""Patterns as lists of words, so that they can be read and added to line by line."""

from __future__ import annotations

import re


def any_of(*groups: str) -> str:
    """A pattern for any line of any group; empty lines and indents do not count."""
    lines = [line.strip() for group in groups for line in group.split("\n") if line.strip()]
    return "|".join(lines)


def pattern(*groups: str) -> re.Pattern[str]:
    """The same, compiled; upper and lower case do not matter."""
    return re.compile(any_of(*groups), re.I)
