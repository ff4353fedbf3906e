"""Dates that lie so far from the others of a file or ledger that they are slips: 2099 in a ledger of 2016."""

from __future__ import annotations

from collections.abc import Mapping

GAP = 12  # months without a row, beyond which dates lie apart
LEAST = 0.02  # of the rows: what lies apart with less, or with a single row, is a slip


def slips(months: Mapping[int, int]) -> frozenset[int]:
    """Of months, numbered one after the other, with how many rows each has: those that are slips.

    Months lie apart when more than a year between them has no row. Where most rows are is the ledger's time.
    """
    if not months:
        return frozenset()
    groups: list[list[int]] = []
    for month in sorted(months):
        if groups and month - groups[-1][-1] <= GAP:
            groups[-1].append(month)
        else:
            groups.append([month])
    rows = [sum(months[month] for month in group) for group in groups]
    few = max(1.0, LEAST * sum(rows))
    return frozenset(month for group, many in zip(groups, rows, strict=True) if many <= few and many < max(rows) for month in group)
