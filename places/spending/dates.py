"""Dates as published files write them: which way a column does, and each text as a day.

Day and month are told apart once for a column: day first, as British files have it, unless more texts can only be read the other way.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence

MONTHS = {name: number for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
_CLOCK = r"(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?\s*(?:am|pm)?)?"
_YEAR_FIRST = re.compile(rf"(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}}){_CLOCK}", re.I | re.A)
_NUMBERS = re.compile(rf"(\d{{1,2}})[-/.](\d{{1,2}})[-/.](\d{{4}}|\d{{2}}){_CLOCK}", re.I | re.A)
_NAMED = re.compile(
    rf"(?:[a-z]{{3,9}},?\s+)?(\d{{1,2}})(?:st|nd|rd|th)?[-/. ]*([a-z]{{3,9}})\.?[-/., ]*(\d{{4}}|\d{{2}}){_CLOCK}", re.I | re.A
)
_NAME_FIRST = re.compile(rf"([a-z]{{3,9}})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}}){_CLOCK}", re.I | re.A)
_SOLID = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\.0)?", re.A)
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?", re.A)
_MONTH = re.compile(r"([a-z]{3,9})[-/., ]*(\d{4}|\d{2})", re.I | re.A)
_PERIOD = re.compile(
    r"(?:q(?:uarter|tr)?\.?\s*[1-4]|[1-4](?:st|nd|rd|th)?\s*q(?:uarter|tr)?)\b.*|\d{4}\s*[-/]\s*\d{2,4}|(?:19|20)\d{2}"
    r"|(?:p(?:eriod)?|month|week)\s*\d{1,2}\b.*|[a-z]{3,9}\s*(?:-|–|to)\s*[a-z]{3,9}\.?\s*\d{2,4}",
    re.I | re.A,
)
NOTHING = frozenset(("", "-", "n/a", "na", "nil", "none", "null", "redacted"))
EARLIEST, LATEST = dt.date(1990, 1, 1), dt.date(2100, 1, 1)


class Days:
    """Reads the dates of one column. `how` says which way it writes them, for the account."""

    def __init__(self, sample: Sequence[str]) -> None:
        pairs = [(int(m[1]), int(m[2])) for text in sample if (m := _NUMBERS.fullmatch(text.strip()))]
        self._month_first = sum(second > 12 >= first for first, second in pairs) > sum(first > 12 >= second for first, second in pairs)
        self.how = next((how for text in sample if (how := self._how(text.strip()))), "none")
        self.months_only = self.periods = 0
        self._known: dict[str, tuple[dt.date | None, bool]] = {}

    def of(self, text: str) -> tuple[dt.date | None, bool]:
        """The day, and whether the text can be understood: nothing or a quarter is understood and is no day."""
        if text not in self._known:
            if len(self._known) > 100_000:
                self._known.clear()
            self._known[text] = self._read(text.strip())
        return self._known[text]

    def contradicts(self, text: str) -> bool:
        """Whether a text is no day the way the column is read, and is one with day and month changed about."""
        found = _NUMBERS.fullmatch(text.strip())
        if not found or self.of(text)[1]:
            return False
        day, month = (found[1], found[2]) if self._month_first else (found[2], found[1])
        return _day(found[3], month, day)[1]

    def _read(self, text: str) -> tuple[dt.date | None, bool]:
        if text.lower() in NOTHING:
            return None, True
        if found := _YEAR_FIRST.fullmatch(text) or _SOLID.fullmatch(text):
            return _day(found[1], found[2], found[3])
        if found := _NUMBERS.fullmatch(text):
            day, month = (found[2], found[1]) if self._month_first else (found[1], found[2])
            return _day(found[3], month, day)
        if found := _NAMED.fullmatch(text):
            return _day(found[3], MONTHS.get(found[2][:3].lower(), 0), found[1])
        if found := _NAME_FIRST.fullmatch(text):
            return _day(found[3], MONTHS.get(found[1][:3].lower(), 0), found[2])
        if found := _SERIAL.fullmatch(text):  # days since the end of 1899, as a spreadsheet holds a date
            day = dt.date(1899, 12, 30) + dt.timedelta(int(found[1]))
            return (day, True) if EARLIEST <= day < LATEST else (None, False)
        if (found := _MONTH.fullmatch(text)) and found[1][:3].lower() in MONTHS:
            return _day(found[2], MONTHS[found[1][:3].lower()], 1)
        return None, bool(_PERIOD.fullmatch(text))

    def _how(self, text: str) -> str | None:
        if _YEAR_FIRST.fullmatch(text) or _SOLID.fullmatch(text):
            return "year-month-day"
        if found := _NUMBERS.fullmatch(text):
            year = "year of two digits" if len(found[3]) == 2 else "year"
            return f"month/day/{year}" if self._month_first else f"day/month/{year}"
        if _NAMED.fullmatch(text) or _NAME_FIRST.fullmatch(text):
            return "day, name of the month, year"
        if _SERIAL.fullmatch(text):
            return "days counted by a spreadsheet"
        if is_month(text):
            return "month and year only: its first day stands for it"
        return "a period, which is no day" if _PERIOD.fullmatch(text) else None


def is_month(text: str) -> bool:
    """Whether a text names a month and a year and no day."""
    found = _MONTH.fullmatch(text.strip())
    return bool(found and found[1][:3].lower() in MONTHS)


def looks_like_dates(texts: Iterable[str], digits: bool = False) -> bool:
    """Whether most of the texts that say anything are dates, months or periods; with `digits` also 20170306 and 42800."""
    said = [text.strip() for text in texts if text.strip().lower() not in NOTHING]
    days = Days(said)
    dated = sum(days.of(text)[1] and (digits or not re.fullmatch(r"\d+(\.\d+)?", text)) for text in said)
    return bool(said) and dated * 5 >= len(said) * 4


def _day(year: str, month: str | int, day: str | int) -> tuple[dt.date | None, bool]:
    number = int(year)
    if len(year) == 2:
        number += 2000 if number < 70 else 1900
    try:
        found = dt.date(number, int(month), int(day))
    except ValueError:
        return None, False
    return (found, True) if EARLIEST <= found < LATEST else (None, False)
