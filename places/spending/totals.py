"""Rows that are no payments but sums of others: how they are known, and whether they are right."""

from __future__ import annotations

from .words import pattern

# A label that nothing but a sum has, and one that a supplier may have as well ("Total Gas & Power", "Acme Ltd Total").
SURE = pattern(
    r"""
    (grand|overall|report|sub|page|council|monthly|yearly|annual|sheet|run|final)[- ]?totals?\b.*
    totals? (for|of|spend|payments?|expenditure|amount|value|net|gross|paid|supplier)\b.*
    totals? *[:=].*
    (carried|brought) forward|c/f|b/f|sum
    """
)
MAYBE = pattern(r"totals?|.*[^\w&](sub-?)?total")


class Sums:
    """The sum of all rows so far and of those since the last subtotal."""

    def __init__(self) -> None:
        self.all = self.since = 0
        self.rows_since = 0

    def add(self, pence: int, rows: int) -> None:
        self.all += pence
        self.since += pence
        self.rows_since += rows

    def is_total(self, label: str, pence: int | None, alone: bool) -> bool:
        """Whether a row is a sum. `alone`: it holds an amount and nothing else, but perhaps the label."""
        if SURE.fullmatch(label):
            return True
        right = pence is not None and self.rows_since > 0 and pence in (self.all, self.since)
        if MAYBE.fullmatch(label):
            return alone or right
        return not label and alone and right

    def take(self, pence: int | None) -> tuple[bool, bool]:
        """Counts a total: whether it is the sum of all rows so far, and whether that of those since the last."""
        whole, part = pence == self.all, pence == self.since
        self.since = self.rows_since = 0
        return whole, part
