"""What is wrong with a table of jobs, or with asking for multipliers a table cannot give."""

from __future__ import annotations


class RegionalError(ValueError):
    """A file of jobs or a table that cannot be used; the message names file, row and column, what was got and what is accepted."""
