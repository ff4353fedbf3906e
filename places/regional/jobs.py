"""Jobs by industry, here and in the nation, fitted to the industries of a table."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import numpy as np

from .errors import RegionalError
from .industries import divisions, sections
from .quotients import Floats

HEADINGS = {
    "code": ("code", "industry", "sic", "section", "division", "sic code"),
    "jobs": ("jobs", "jobs here", "regional jobs", "employment"),
    "nation": ("national jobs", "jobs in the nation", "nation", "national", "national employment"),
}
LARGEST = 1 << 20  # bytes; a table has a hundred rows


@dataclass(frozen=True)
class Jobs:
    """Jobs for each industry of a table [n]. Where the file counts several together they share the figure (and so the quotient);
    `totals` are those of the file, here and in the nation."""

    here: Floats
    nation: Floats
    totals: tuple[float, float]

    @property
    def slq(self) -> Floats:
        """Simple location quotients [n]; 1 where the nation has no such jobs."""
        here, nation = self.totals
        return np.divide(self.here / here, self.nation / nation, out=np.ones_like(self.here), where=self.nation > 0)


@dataclass(frozen=True)
class _Row:
    number: int
    code: str
    here: float
    nation: float


def read_jobs(path: str | Path, codes: Sequence[str]) -> Jobs:
    """Read a CSV with the columns code, jobs and national_jobs for the industries `codes` of a table.

    A code is one of the table's, a section (A to U) or a division of SIC 2007. Rows that the table's industries overlap are taken
    together with them. RegionalError, naming file, row and column, if a figure is no number, a code unknown or counted twice, or an
    industry has no row.
    """
    path = Path(path)
    rows = _rows(path)
    own = {_plain(code): place for place, code in enumerate(codes)}
    covers = [frozenset({own[_plain(row.code)]}) if _plain(row.code) in own else _industries(path, row, codes) for row in rows]
    _once(path, rows, codes)
    groups = _groups(covers, len(codes))
    here, nation = np.zeros(len(codes)), np.zeros(len(codes))
    for industries, members in groups:
        for place in industries:
            here[place] = sum(rows[member].here for member in members)
            nation[place] = sum(rows[member].nation for member in members)
    if missing := sorted(set(range(len(codes))) - {place for industries, _ in groups for place in industries}):
        shown = ", ".join(repr(codes[place]) for place in missing[:5]) + (f" and {len(missing) - 5} more" if len(missing) > 5 else "")
        raise RegionalError(f"{path}: no row for {shown}; give their jobs here and in the nation, 0 and 0 where nobody counts any")
    totals = (sum(row.here for row in rows), sum(row.nation for row in rows))
    if not totals[0]:
        raise RegionalError(f"{path}: no jobs at all in column 'jobs'; expected some")
    return Jobs(here, nation, totals)


def _rows(path: Path) -> list[_Row]:
    try:
        if path.is_file() and path.stat().st_size > LARGEST:
            raise RegionalError(f"{path}: larger than {LARGEST:,} bytes; expected a row for each industry")
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = list(csv.reader(file))
    except (UnicodeDecodeError, csv.Error) as error:
        raise RegionalError(f"{path}: not a CSV text in UTF-8 ({error})") from None
    except OSError as error:
        raise RegionalError(f"{path}: cannot be read ({error.strerror or error})") from None
    columns = _columns(path, lines[0] if lines else [])
    rows = []
    for number, line in enumerate(lines[1:], 2):
        if not any(cell.strip() for cell in line):
            continue
        cells = {role: line[place].strip() if place < len(line) else "" for role, place in columns.items()}
        here, nation = (_number(path, number, lines[0][columns[role]], cells[role]) for role in ("jobs", "nation"))
        if here > nation:
            raise RegionalError(f"{path}: row {number}: {here:g} jobs here of {nation:g} in the nation; expected no more than there")
        rows.append(_Row(number, cells["code"], here, nation))
    return rows


def _columns(path: Path, headings: list[str]) -> dict[str, int]:
    plain = [" ".join(heading.lower().replace("_", " ").split()) for heading in headings]
    found = {role: plain.index(name) for role, names in HEADINGS.items() for name in reversed(names) if name in plain}
    for role, names in HEADINGS.items():
        if role not in found:
            near = get_close_matches(names[0], plain, n=1)
            hint = f"; did you mean {headings[plain.index(near[0])]!r}?" if near else ""
            shown = ", ".join(repr(heading[:40]) for heading in headings[:8]) or "nothing"
            raise RegionalError(
                f"{path}: row 1: no column {names[0].replace(' ', '_')!r}, found {shown}; takes code, jobs, national_jobs{hint}"
            )
    return found


def _number(path: Path, row: int, column: str, text: str) -> float:
    try:
        value = float(text.replace(",", ""))
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and 0 <= value < 1e12):
        raise RegionalError(f"{path}: row {row}, column {column.strip()!r}: got {text[:40]!r}, expected a number of jobs, 0 or more")
    return value


def _industries(path: Path, row: _Row, codes: Sequence[str]) -> frozenset[int]:
    """The industries of the table that lie in a section or division, wholly or in part; none if the table has none of them."""
    asked = sections(row.code) or (divisions(row.code) if re.fullmatch(r"[A-U]?\d{2}(\s*[-–,&]\s*[A-U]?\d{2})*", row.code) else frozenset())
    if not asked:
        near = get_close_matches(row.code, codes, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise RegionalError(
            f"{path}: row {row.number}, column 'code': got {row.code[:40]!r}, expected a code of the table, a section (A to U) "
            f"or a division (01 to 99){hint}"
        )
    return frozenset(place for place, code in enumerate(codes) if divisions(code) & asked)


def _once(path: Path, rows: list[_Row], codes: Sequence[str]) -> None:
    """The same jobs counted twice would go unseen: 'C' beside '10', or one code in two rows."""
    own = {_plain(code) for code in codes}
    exact: dict[str, _Row] = {}
    wide: dict[int, _Row] = {}

    def claim(row: _Row, before: _Row | None) -> None:
        if before:
            raise RegionalError(
                f"{path}: row {row.number}: the jobs of {row.code!r} are counted in row {before.number} ({before.code!r}) too"
            )

    for row in rows:
        if _plain(row.code) in own:
            claim(row, exact.get(_plain(row.code)))
            exact[_plain(row.code)] = row
            continue
        for division in sections(row.code) or divisions(row.code):
            claim(row, wide.get(division))
            wide[division] = row
    for row in exact.values():
        for division in divisions(row.code):
            claim(row, wide.get(division))


def _groups(covers: Sequence[frozenset[int]], n: int) -> list[tuple[set[int], set[int]]]:
    """Industries and the rows that count them, joined wherever they overlap."""
    groups: list[tuple[set[int], set[int]]] = []
    for member, industries in enumerate(covers):
        if not industries:
            continue
        merged = (set(industries), {member})
        for group in [group for group in groups if group[0] & industries]:
            groups.remove(group)
            merged = (merged[0] | group[0], merged[1] | group[1])
        groups.append(merged)
    return groups


def _plain(code: str) -> str:
    return re.sub(r"\s+", "", code).upper()
