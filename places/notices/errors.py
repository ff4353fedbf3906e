"""What is wrong with a file of award notices, worded for the person who gave it."""

from __future__ import annotations


class NoticesError(ValueError):
    """A file that cannot be read as award notices: the message names it, says what was found and what is accepted."""
