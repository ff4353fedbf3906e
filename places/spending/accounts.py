"""The account of a file: what was found in it, and where each of its rows and pence went."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from ..slips import slips
from .headings import Layout

MARKED = 20_000_000  # rows whose likeness to other rows is looked for: eight bytes each


EPOCH = dt.date(1970, 1, 1)


def month_of(day: int) -> int:
    """The month of a day, both counted from 1970."""
    date = EPOCH + dt.timedelta(day)
    return (date.year - 1970) * 12 + date.month - 1


@dataclass(frozen=True)
class Tally:
    """Rows and the pence in them."""

    rows: int = 0
    pence: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.rows + other.rows, self.pence + other.pence)


FOUND = 200  # letters that are shown of what was found in a cell


@dataclass(frozen=True)
class Reject:
    """A row that could not be used: where it stands, which heading and why, and what was found there."""

    file: str
    row: int
    column: str
    reason: str
    found: str


@dataclass(frozen=True)
class FileAccount:
    """One table of a file. used + excluded + rejected = read, in rows and in pence.

    `read` counts rows that hold anything below the headings; a rejected row whose amount cannot be read has no pence. `total`
    is what the file prints as its total (the rows that print totals are excluded as "total"), `agrees` whether all other
    rows add up to it. `first` and `last` are days of rows that are not dated far from all others.
    """

    file: str
    path: str
    kind: str
    sha256: str
    size: int
    encoding: str
    delimiter: str
    heading_row: int
    headings: tuple[str, ...]
    mapping: dict[str, str]
    basis: str
    dates: str
    read: Tally
    used: Tally
    excluded: dict[str, Tally]
    rejected: Tally
    rejected_for: dict[str, int]
    padding: int
    total: int | None
    first: dt.date | None
    last: dt.date | None
    notes: tuple[str, ...] = ()

    @property
    def payments(self) -> Tally:
        """All rows but those that print totals of other rows."""
        return self.read + _less(self.excluded.get("total", Tally()))

    @property
    def agrees(self) -> bool | None:
        """Whether the rows add up to the total that the file prints; None when it prints none."""
        return None if self.total is None else self.total == self.payments.pence

    def to_dict(self) -> dict[str, Any]:
        """For JSON: plain values, dates as texts."""
        found = asdict(self) | {"agrees": self.agrees, "headings": list(self.headings), "notes": list(self.notes)}
        return found | {key: found[key] and found[key].isoformat() for key in ("first", "last")}


def _less(tally: Tally) -> Tally:
    return Tally(-tally.rows, -tally.pence)


@dataclass
class Counting:
    """A file's account while it is read."""

    read: Tally = field(default_factory=Tally)
    used: Tally = field(default_factory=Tally)
    excluded: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    rejected: Tally = field(default_factory=Tally)
    rejected_for: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    padding: int = 0
    total: int | None = None
    undated: int = 0
    contrary: int = 0
    rounded: int = 0
    disagreeing_vat: int = 0
    subtotals: int = 0
    odd_totals: int = 0
    persons: int = 0
    days: dict[int, int] = field(default_factory=lambda: defaultdict(int))  # rows by day, counted from 1970
    marks: list[np.ndarray] = field(default_factory=list)
    marked: int = 0
    notes: list[str] = field(default_factory=list)

    def mark(self, marks: np.ndarray) -> None:
        """Keeps the marks of rows, by which identical ones are counted."""
        if self.marked < MARKED:
            self.marks.append(marks)
        self.marked += len(marks)

    def identical(self) -> int:
        """How many rows are the same as an earlier one."""
        if not self.marks:
            return 0
        marks = np.sort(np.concatenate(self.marks))
        return int(np.count_nonzero(marks[1:] == marks[:-1]))

    @property
    def months(self) -> dict[int, int]:
        """Rows by month, counted from 1970."""
        found: dict[int, int] = defaultdict(int)
        for day, rows in self.days.items():
            found[month_of(day)] += rows
        return found

    def finish(self, layout: Layout | None, dates: str, found: dict[str, Any]) -> FileAccount:
        """The account, with notes on what a reader should know."""
        if same := self.identical():
            beyond = f" (looked for in the first {MARKED:,} rows)" if self.marked > MARKED else ""
            self.notes.append(f"rows identical to an earlier row, all kept: {same:,}{beyond}")
        for count, text in (
            (self.undated, "rows without a day"),
            (self.rounded, "amounts used that have parts of a penny, rounded to the nearest"),
            (self.disagreeing_vat, "rows whose gross is not net and VAT together"),
            (self.subtotals, "rows that are subtotals"),
            (self.odd_totals, "rows called totals that are the sum neither of all rows above nor of those since the last subtotal"),
            (self.persons, "rows whose payee reads as a person's name"),
        ):
            if count:
                self.notes.append(f"{text}: {count:,}")
        months = self.months
        if far := slips(months):
            told = ", ".join(f"{1970 + month // 12}-{month % 12 + 1:02d}" for month in sorted(far)[:6])
            self.notes.append(f"rows dated more than a year apart from the others: {sum(months[m] for m in far):,}, {told}")
        days = [day for day in self.days if month_of(day) not in far]
        return FileAccount(
            heading_row=layout.row if layout else 0,
            headings=tuple(heading.strip() for heading in layout.headings) if layout else (),
            mapping=layout.mapping if layout else {},
            basis=layout.basis if layout else "",
            dates=dates,
            read=self.read,
            used=self.used,
            excluded=dict(self.excluded),
            rejected=self.rejected,
            rejected_for=dict(self.rejected_for),
            padding=self.padding,
            total=self.total,
            first=EPOCH + dt.timedelta(min(days)) if days else None,
            last=EPOCH + dt.timedelta(max(days)) if days else None,
            notes=tuple(self.notes),
            **found,
        )
