"""What is known of a supplier as the set of what it may be: one possibility is knowledge, several are not yet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Judgement:
    """What a supplier may be, and by what that is known.

    `possible` is never empty: a single name is certain, all names of a classification say that nothing is known. `by` names
    what spoke ("charity number", "SME flag", …), joined by " and ", empty when nothing did.
    """

    possible: frozenset[str]
    by: str = ""

    def __post_init__(self) -> None:
        if not self.possible:
            raise ValueError("a judgement needs at least one possibility")

    @property
    def certain(self) -> str | None:
        """The one thing it can be, or None while there are several."""
        return next(iter(self.possible)) if len(self.possible) == 1 else None

    def narrowed(self, to: Iterable[str], by: str) -> Judgement:
        """The judgement once a further witness allows only `to`. A witness that contradicts all the earlier ones is noted, not believed."""
        left = self.possible & frozenset(to)
        if not left:
            return Judgement(self.possible, f"{self.by} (against {by})")
        if left == self.possible:
            return self
        return Judgement(left, f"{self.by} and {by}" if self.by else by)
