"""Bounds of sums and quantiles when some of what they are drawn from is unknown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .figure import Line

Possible = Mapping[int, frozenset[str]]


@dataclass(frozen=True)
class Bounds:
    """A sum between bounds: `known` surely belongs; every unit in `possible` wholly belongs or wholly does not."""

    low: int
    high: int
    known: int
    certain: tuple[int, ...]
    possible: tuple[int, ...]


def sum_bounds(amounts: Sequence[int] | np.ndarray, possible: Possible, group: str) -> Bounds:
    """The sum of the units in `group`, whatever the undecided are: the bounds are reached, so none are narrower.

    A unit with several possibilities may be left out or taken in; one with a negative amount (a credit) lowers the sum by coming in.
    """
    certain = [unit for unit, groups in possible.items() if groups == {group}]
    perhaps = [unit for unit, groups in possible.items() if len(groups) > 1 and group in groups]
    known = sum(int(amounts[unit]) for unit in certain)
    open_amounts = [int(amounts[unit]) for unit in perhaps]
    return Bounds(
        known + sum(a for a in open_amounts if a < 0), known + sum(a for a in open_amounts if a > 0), known, tuple(certain), tuple(perhaps)
    )


def share_lines(
    amounts: Sequence[int] | np.ndarray,
    possible: Possible,
    groups: Iterable[str],
    total: int,
    likely: Mapping[str, float] | None = None,
    counted: str | None = "suppliers",
) -> list[Line]:
    """For each group its sum in pence, its share of `total`, and how many units: low, high and known.

    `likely` gives estimates in pence by group, which are brought inside the bounds. Shares are left out unless `total` is above 0.
    """
    lines = []
    for group in groups:
        found = sum_bounds(amounts, possible, group)
        guess = None if likely is None or group not in likely else min(max(likely[group], found.low), found.high)
        sides = (found.certain, found.possible)
        lines.append(Line(group, "spend", "pence", found.low, found.high, found.known, guess, *sides))
        if total > 0:
            expected = None if guess is None else guess / total
            lines.append(Line(group, "share", "share", found.low / total, found.high / total, found.known / total, expected, *sides))
        if counted:
            sure = len(found.certain)
            lines.append(Line(group, counted, "count", sure, sure + len(found.possible), sure, None, *sides))
    return lines


def quantile_bounds(known: Sequence[float] | np.ndarray, unknown: int, q: float) -> tuple[float | None, float | None]:
    """Between what values the q-quantile lies (the smallest value with q of all at or below it), `unknown` of them being any amount ≥ 0.

    None as the upper bound when it could be any amount; (None, None) when there are no values at all.
    """
    ordered = np.sort(np.asarray(known, dtype=float))
    n = len(ordered) + unknown
    if n == 0:
        return None, None
    rank = max(1, int(np.ceil(np.round(q * n, 9))))  # which value, counted from the smallest
    low = float(ordered[rank - 1 - unknown]) if rank > unknown else 0.0
    high = float(ordered[rank - 1]) if rank <= len(ordered) else None
    return low, high
