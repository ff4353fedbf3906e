"""What became of each release, line and award of a file: the account of a file of notices."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass
class NoticeAccount:
    """A file and what became of it; every release (or record, or line) and every award told of is counted once.

    `read` = `used` + the sums of `aside` and `rejected`, in releases. `told` = `awards` + the sums of `awards_aside` and
    `awards_rejected`, in awards: a release may tell of several, and several releases of the same one. `pence` adds up the
    values of `awards` by currency, each award once however many suppliers share it.
    """

    file: str
    kind: str = ""
    read: int = 0
    used: int = 0
    aside: Counter[str] = field(default_factory=Counter)
    rejected: Counter[str] = field(default_factory=Counter)
    told: int = 0
    awards: int = 0
    awards_aside: Counter[str] = field(default_factory=Counter)
    awards_rejected: Counter[str] = field(default_factory=Counter)
    rows: int = 0
    pence: Counter[str] = field(default_factory=Counter)
    without_value: int = 0
    shared: int = 0
    frameworks: int = 0
    notes: Counter[str] = field(default_factory=Counter)

    def add_award(self, rows: list[dict[str, Any]]) -> None:
        """Count an award that is kept, with its rows."""
        one = rows[0]
        self.awards += 1
        self.rows += len(rows)
        self.shared += one["suppliers"] > 1
        self.frameworks += one["framework"] is True
        if one["pence"] is None:
            self.without_value += 1
        else:
            self.pence[one["currency"] or "unknown"] += one["pence"]

    def balances(self) -> bool:
        """Whether everything read is accounted for."""
        return self.read == self.used + self.aside.total() + self.rejected.total() and (
            self.told == self.awards + self.awards_aside.total() + self.awards_rejected.total()
        )

    def as_dict(self) -> dict[str, Any]:
        """For JSON: plain counts, reasons in the order of their frequency."""
        return {
            key: dict(value.most_common()) if isinstance(value, Counter) else dict(value) if isinstance(value, Mapping) else value
            for key, value in vars(self).items()
        }
