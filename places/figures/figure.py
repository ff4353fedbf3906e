"""A figure: lines that each say between what bounds a number lies, and the rows it was drawn from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from ...scenarios.errors import Problem, ScenarioError, listed, nearest, shown

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


@dataclass(frozen=True)
class Line:
    """One number of a figure: `group` is what it is of ("sme", "2026-05"), `measure` what is measured, in `unit`.

    It lies between `low` and `high` whatever the unknown turns out to be; None means without bound. `known` is what is certain: in a
    sum of money the rows that surely belong. `likely` is an estimate, never outside the bounds, where there is one.
    `certain` and `possible` are the units (of the figure's `units`) that surely and that perhaps belong.
    """

    group: str
    measure: str
    unit: str
    low: float | None
    high: float | None
    known: float | None = None
    likely: float | None = None
    certain: tuple[int, ...] = field(default=(), repr=False)
    possible: tuple[int, ...] = field(default=(), repr=False)

    @classmethod
    def exact(cls, group: str, measure: str, unit: str, value: float, certain: Iterable[int]) -> Line:
        """A line of which nothing is unknown."""
        return cls(group, measure, unit, value, value, value, None, tuple(certain))


@dataclass(frozen=True)
class Figure:
    """A figure's lines, the definition it rests on, and its rows: `units[i]` is the unit to which row i of `rows` belongs.

    `total` is the sum of all its rows in pence; `notes` say what a reader must know before using it.
    """

    name: str
    definition: str
    lines: tuple[Line, ...]
    rows: pa.Table = field(repr=False)
    units: np.ndarray = field(repr=False)
    total: int = 0
    notes: tuple[str, ...] = ()

    def line(self, group: str, measure: str | None = None) -> Line:
        """The line of a group, of the first measure when none is named. ScenarioError names those there are."""
        found = [line for line in self.lines if line.group == group and measure in (None, line.measure)]
        if found:
            return found[0]
        groups = list(dict.fromkeys(line.group for line in self.lines))
        key, got, choices = ("group", group, groups)
        if group in groups:
            key, got, choices = "measure", str(measure), list(dict.fromkeys(line.measure for line in self.lines if line.group == group))
        raise ScenarioError(
            [Problem(self.name, key, "is not in this figure", shown(got), f"one of: {listed(choices)}", nearest(got, choices))]
        )

    def table(self) -> pd.DataFrame:
        """The lines as a table: figure, definition, group, measure, unit, low, high, known, likely, rows."""
        import pandas as pd

        named = max((unit for line in self.lines for unit in (*line.certain, *line.possible)), default=0)  # though no row belongs to it
        counts = np.bincount(self.units[self.units >= 0].astype(np.int64), minlength=named + 1)
        records = [
            {
                "figure": self.name,
                "definition": self.definition,
                "group": line.group,
                "measure": line.measure,
                "unit": line.unit,
                "low": line.low,
                "high": line.high,
                "known": line.known,
                "likely": line.likely,
                "rows": int(sum(counts[unit] for unit in line.certain)),
                "rows_perhaps": int(sum(counts[unit] for unit in line.possible)),
            }
            for line in self.lines
        ]
        return pd.DataFrame.from_records(records)

    def rows_behind(self, group: str, measure: str | None = None) -> pa.Table:
        """The rows behind a line, with file and row number, and a column `certain`: false for rows that perhaps belong.

        In a sum of money the certain rows add up to the line's `known` to the penny.
        """
        import pyarrow as pa

        line = self.line(group, measure)
        certain = np.isin(self.units, np.asarray(line.certain, dtype=self.units.dtype))
        chosen = certain | np.isin(self.units, np.asarray(line.possible, dtype=self.units.dtype))
        return self.rows.filter(pa.array(chosen)).append_column("certain", pa.array(certain[chosen]))
