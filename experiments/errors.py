"""What can go wrong when something is asked, worded for the person who asked."""

from __future__ import annotations


class UsageError(ValueError):
    """The question cannot be asked this way: an unknown name, a number out of range, a folder that is not ours."""


class RunError(RuntimeError):
    """The question was right, but the answer could not be worked out or written."""
