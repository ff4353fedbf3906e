"""Spending month by month, and how suppliers come and go."""

from __future__ import annotations

import numpy as np

from .bounds import share_lines
from .figure import Figure, Line
from .ledger import Ledger

PERIODS = {"year": 12, "half": 6, "quarter": 3, "month": 1}


def month_name(month: int) -> str:
    """2026-05 for the month counted from the year 0."""
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def monthly_spend(ledger: Ledger) -> Figure:
    """Spending of each month from the first to the last, empty ones included; rows without a date may belong to any of them."""
    dated = ledger.month[ledger.month >= 0]
    if not len(dated):
        return Figure(
            "monthly spend", "date of payment", (), ledger.rows, ledger.month.astype(np.int64), ledger.total, ("no row has a date",)
        )
    first, last = int(dated.min()), int(dated.max())
    names = [month_name(month) for month in range(first, last + 1)]
    units = np.where(ledger.month >= 0, ledger.month - first, -1).astype(np.int64)
    alone = np.flatnonzero(units < 0)
    units[alone] = len(names) + np.arange(len(alone))  # each undated row may be of another month
    amounts = np.zeros(len(names) + len(alone), dtype=np.int64)
    np.add.at(amounts, units, ledger.pence)
    everything = frozenset(names)
    possible = {unit: frozenset({name}) for unit, name in enumerate(names)} | {len(names) + i: everything for i in range(len(alone))}
    notes = (f"{len(alone)} rows without a date",) if len(alone) else ()
    lines = share_lines(amounts, possible, names, ledger.total, counted=None)
    return Figure("monthly spend", "date of payment", tuple(lines), ledger.rows, units, ledger.total, notes)


def supplier_churn(ledger: Ledger, period: str | None = None) -> Figure:
    """For each period after the first: how many suppliers are new, stay and have left since the one before, and the newcomers' share.

    `period` is year, half, quarter or month, by default the longest of which the dates hold two whole ones; periods are counted back
    from the last month. Rows without a date or a supplier's name are left out, and said to be.
    """
    if period is not None and period not in PERIODS:
        raise ValueError(f"period: {period!r} is not one of {', '.join(PERIODS)}")
    used = (ledger.month >= 0) & ~ledger.unnamed
    definition = "suppliers told apart by their cleaned names; new: paid in this period, not in the one before"
    everything = ledger.supplier.astype(np.int64)
    if not used.any():
        return Figure("supplier churn", definition, (), ledger.rows, everything, ledger.total, ("no row has both a date and a supplier",))
    first, last = int(ledger.month[used].min()), int(ledger.month[used].max())
    span = last - first + 1
    chosen = period or next((name for name, months in PERIODS.items() if span >= 2 * months), None)
    if chosen is None or span < 2 * PERIODS[chosen]:
        note = f"{span} months hold no two periods to compare" if chosen else "one month only, so nothing is known of churn"
        return Figure("supplier churn", definition, (), ledger.rows, everything, ledger.total, (note,))
    months = PERIODS[chosen]
    back = (last - ledger.month) // months  # 0 is the last period
    count = span // months
    # A unit is a supplier in a period, so that the rows behind a line are those of its period.
    units = np.where(used & (back < count), back.astype(np.int64) * len(ledger.suppliers) + ledger.supplier, -1)
    lines: list[Line] = []
    for at in range(count - 2, -1, -1):
        end = last - at * months
        name = f"{month_name(end - months + 1)} to {month_name(end)}" if months > 1 else month_name(end)
        lines += _period(ledger, units, name, at)
    notes: tuple[str, ...] = (f"by {chosen}",)
    if not used.all():
        notes += (f"{int((~used).sum())} rows without a date or a supplier's name are left out",)
    return Figure("supplier churn", definition, tuple(lines), ledger.rows, units, ledger.total, notes)


def _period(ledger: Ledger, units: np.ndarray, name: str, at: int) -> list[Line]:
    n = len(ledger.suppliers)
    now = np.unique(units[(units >= at * n) & (units < (at + 1) * n)]) - at * n
    before = np.unique(units[(units >= (at + 1) * n) & (units < (at + 2) * n)]) - (at + 1) * n
    new, stayed, left = np.setdiff1d(now, before), np.intersect1d(now, before), np.setdiff1d(before, now)
    lines = []
    for what, members, shift in (("new", new, at), ("stayed", stayed, at), ("left", left, at + 1)):
        behind = tuple(int(unit) for unit in members + shift * n)
        lines.append(Line.exact(f"{name}: {what}", "suppliers", "count", len(members), behind))
        spend = int(ledger.pence[np.isin(units, behind)].sum())
        lines.append(Line.exact(f"{name}: {what}", "spend", "pence", spend, behind))
    paid = int(ledger.pence[np.isin(units, now + at * n)].sum())
    if paid > 0:
        lines.append(Line.exact(f"{name}: new", "share", "share", (lines[1].known or 0) / paid, lines[1].certain))
    return lines
