"""What a payment file can be refused for, worded for the person who has the file."""

from __future__ import annotations

from ...scenarios.errors import Problem, ScenarioError


class SpendingError(ScenarioError):
    """Payment files that cannot be read. `problems` names every one: file, what was found, what is accepted."""


class NoPayments(SpendingError):
    """A table that nothing says holds payments. Beside payments in a workbook it is set aside and named; alone it is an error."""


def refused(where: str, text: str, got: str | None = None, accepts: str | None = None, nearest: str | None = None) -> SpendingError:
    """The error of one file."""
    return SpendingError([Problem(where, "", text, got, accepts, nearest)])
