"""Published input-output tables: reading them, and the multipliers they imply.

Two layouts are read, both industry by industry, domestic use at basic prices, £ million: the Scottish Government's
(Supply, Use and Input-Output Tables, file IxI_wide as CSV, one year) and the Office for National Statistics' (UK
Input-Output Analytical Tables, sheet IOT as CSV).
"""

from __future__ import annotations

import csv
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from .multipliers import Floats, coefficients, output_multipliers

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Table:
    """A published industry-by-industry table, in £ million: `flows` [n, n] from seller (row) to buyer (column), domestic
    use only; `output` [n] at basic prices; `pay` [n], compensation of employees by industry, and `households` [n], what
    households buy from each at home, where the file tells them."""

    codes: tuple[str, ...]
    names: tuple[str, ...]
    flows: Floats
    output: Floats
    pay: Floats | None = None
    households: Floats | None = None


@dataclass(frozen=True)
class _Layout:
    """Where a publisher puts things: the heading row holds `mark`, codes and names stand in two columns."""

    mark: str
    code: int
    name: int
    total_column: str
    total: str
    output: str
    pay: str
    households: str


SCOTLAND = _Layout("ioc098_sic", 3, 4, "TOT_IU", "TDU", "TOut", "CoE", "HOUSEHOLD")
UK = _Layout("SIC", 0, 1, "_T", "_T", "P1", "D1", "P3 S14")


def published_table(path: str | Path) -> Table:
    """Read an industry-by-industry table as the Scottish Government (IxI, wide CSV) or the ONS (sheet IOT as CSV) lay it out.

    FileNotFoundError if there is none; ValueError naming file, row and column if the layout is neither of these, a
    figure is missing or not a number, or an industry's inputs do not add up to the printed total (to £1 million).
    """
    path = Path(path)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file))
    except (UnicodeDecodeError, csv.Error) as error:
        raise ValueError(f"{path}: not a CSV text in UTF-8 ({error})") from error
    for top, heading in enumerate(rows[:20]):
        for layout in (SCOTLAND, UK):
            if layout.mark in heading[:4] and layout.total_column in heading:
                return _read(path, rows, top, layout)
    raise ValueError(
        f"{path}: no heading row of an industry-by-industry table in the first 20 rows; expected one with "
        f"{SCOTLAND.mark!r} and {SCOTLAND.total_column!r} (Scotland) or {UK.mark!r} and {UK.total_column!r} (ONS)"
    )


def table_multipliers(path: str | Path) -> pd.DataFrame:
    """Type I output multipliers of a published table: columns name, output (£ million), type_i; indexed by industry code."""
    import pandas as pd

    table = published_table(path)
    type_i = output_multipliers(coefficients(table.flows, table.output), table.names)
    index = pd.Index(table.codes, name="code")
    return pd.DataFrame({"name": table.names, "output": table.output, "type_i": type_i}, index=index)


def _read(path: Path, rows: list[list[str]], top: int, layout: _Layout) -> Table:
    heading = rows[top]
    left, right = max(layout.code, layout.name) + 1, heading.index(layout.total_column)
    n = right - left
    lines: dict[str, int] = {}
    for line, row in enumerate(rows[top + 1 :], top + 1):
        if len(row) > layout.name and row[layout.code].strip():
            lines.setdefault(row[layout.code], line)
    if missing := [key for key in (layout.total, layout.output) if key not in lines]:
        raise ValueError(f"{path}: no row {', '.join(map(repr, missing))}; an industry-by-industry table needs them")
    tables = sum(row[layout.code] == layout.total for row in rows if len(row) > layout.code)
    if tables > 1:
        raise ValueError(f"{path}: holds {tables} tables, one under another (years, perhaps); expected one")
    end = lines[layout.total]
    start = end - n  # industries stand right above their total; the ONS has a second heading row before them
    if start <= top or len({row[layout.code] for row in rows[start:end] if len(row) > layout.code}) != n:
        raise ValueError(f"{path}: {n} industries in the columns, but not as many different rows above {layout.total!r}")
    if layout is UK and [row[layout.code] for row in rows[start:end]] != heading[left:right]:
        raise ValueError(f"{path}: rows {start + 1} to {end} and the columns do not list the same industries in the same order")

    def number(line: int, column: int) -> float:
        text = rows[line][column].strip() if column < len(rows[line]) else ""
        try:
            value = float(text.replace(",", ""))
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise ValueError(f"{path}: row {line + 1}, column {column + 1} ({heading[column]}): got {text!r}, expected a number")
        return value

    def across(key: str) -> Floats:
        return np.array([number(lines[key], column) for column in range(left, right)])

    def down(column: int) -> Floats:
        return np.array([number(line, column) for line in range(start, end)])

    def told(there: bool, read: Callable[[], Floats]) -> Floats | None:
        """What type I multipliers do without may be missing or left blank."""
        try:
            return read() if there else None
        except ValueError:
            return None

    flows = np.array([[number(line, column) for column in range(left, right)] for line in range(start, end)])
    codes = tuple(row[layout.code].strip() for row in rows[start:end])
    gap = np.abs(flows.sum(axis=0) - across(layout.total))
    if gap.max() > 1.0:
        worst = int(gap.argmax())
        raise ValueError(f"{path}: inputs of {codes[worst]!r} differ from the printed total {layout.total!r} by £{gap[worst]:.2f} million")
    return Table(
        codes=codes,
        names=tuple(row[layout.name].replace("\xa0", " ").strip() for row in rows[start:end]),
        flows=flows,
        output=across(layout.output),
        pay=told(layout.pay in lines, lambda: across(layout.pay)),
        households=told(layout.households in heading, lambda: down(heading.index(layout.households))),
    )
