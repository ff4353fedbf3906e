"""CSV files that a spreadsheet can open without running what a stranger wrote into a name.

A spreadsheet takes a cell that begins with = + - or @ for a formula. Such a text gets an apostrophe before it, also
after a tab, a semicolon or a line break, where a spreadsheet may begin another cell. Numbers stay numbers.
"""

from __future__ import annotations

import csv
import datetime
import os
import re
import tempfile
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TextIO

# A sign and digits, with thousands commas or without: no formula, so it may stay as it is.
_NUMBER = re.compile(r"[-+]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?")
# The wide letters are what some spreadsheets read as their narrow ones.
_FORMULA = re.compile(r"(^|[\t\r\n;])([ \"']*)(?=[=+\-@＝＋－＠])")
_SPREADSHEETS_BREAK_AT = re.compile(r"^[\t\r\n]")


def safe_cell(value: object) -> str:
    """A value as the text of a cell: dates as 2026-06-30, nothing as an empty cell, texts that could be formulas with '."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal):
        return str(value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    text = str(value).replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
    if _NUMBER.fullmatch(text):
        return text
    text = _FORMULA.sub(r"\1'\2", text)
    return f"'{text}" if _SPREADSHEETS_BREAK_AT.match(text) else text


class SafeWriter:
    """Writes rows to an open text file (opened with newline=""), each cell through `safe_cell`."""

    def __init__(self, handle: TextIO) -> None:
        self._writer = csv.writer(handle, lineterminator="\r\n")  # as RFC 4180 says; a lone \r in a cell is then quoted too

    def writerow(self, row: Iterable[object]) -> None:
        self._writer.writerow([safe_cell(value) for value in row])

    def writerows(self, rows: Iterable[Iterable[object]]) -> None:
        for row in rows:
            self.writerow(row)


def write_csv(path: Path, heading: Sequence[str], rows: Iterable[Iterable[object]]) -> None:
    """Writes a whole table, or nothing when a row fails; UTF-8 with the mark by which Excel knows it.

    Read it with encoding "utf-8-sig".
    """
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with open(descriptor, "w", encoding="utf-8-sig", newline="") as handle:
            writer = SafeWriter(handle)
            writer.writerow(heading)
            writer.writerows(rows)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
