"""Single values of a notice: text, money, days, months, codes. What cannot be read is None, or a ValueError where it matters."""

from __future__ import annotations

import html
import re
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

DAYS_A_MONTH = 365.25 / 12
LONGEST_TEXT = 500
_POSTCODE = re.compile(r"\b([A-Z]{1,2}[0-9][A-Z0-9]?)\s{0,2}([0-9][A-Z]{2})\b")
_SPACE = re.compile(r"[\s\x00-\x1f\x7f]+")
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?![0-9])|(\d{1,2})/(\d{1,2})/(\d{4})(?![0-9])")
_YES = {"true": True, "yes": True, "y": True, "1": True, "false": False, "no": False, "n": False, "0": False}


def text(value: Any) -> str | None:
    """Plain text on one line, character references (&amp;) resolved, at most 500 characters; None if there is nothing."""
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        return None
    found = html.unescape(str(value)[: LONGEST_TEXT * 4])
    found = found.encode("utf-8", "replace").decode()  # half a surrogate pair is no character
    return _SPACE.sub(" ", found).strip()[:LONGEST_TEXT] or None


def flag(value: Any) -> bool | None:
    """True or False as JSON or a spreadsheet writes them; None for anything else."""
    return value if isinstance(value, bool) else _YES.get(str(value).strip().lower())


def pence(value: Any) -> int | None:
    """An amount in pounds (or another currency's unit) as whole pence. None if there is none; ValueError if it is not an amount.

    Amounts up to one are None: publishers write 0 or 1 where the value is not told, for frameworks above all.
    """
    if value is None or value == "":
        return None
    try:
        amount = Decimal(str(value).replace(",", "").replace("£", "").strip()) if not isinstance(value, bool) else None
    except InvalidOperation:
        amount = None
    if amount is None or not amount.is_finite():
        raise ValueError(f"got {str(value)[:40]!r}, expected an amount of money")
    if amount.adjusted() > 12:
        raise ValueError(f"got {str(value)[:40]!r}, expected an amount below ten thousand billion")
    if amount < 0:
        raise ValueError(f"got {str(value)[:40]!r}, expected an amount of 0 or more")
    return int((amount * 100).quantize(Decimal(1), ROUND_HALF_UP)) if amount > 1 else None


def day(value: Any) -> date | None:
    """The day of a date or time as 2025-01-31… or 31/01/2025; None if it is no date between 1900 and 2199."""
    match = _DAY.match(value.strip()) if isinstance(value, str) else None
    if not match:
        return None
    year, month, number = match.group(1, 2, 3) if match.group(1) else match.group(6, 5, 4)
    try:
        found = date(int(year), int(month), int(number))
    except ValueError:
        return None
    return found if 1900 <= found.year < 2200 else None


def months_between(start: date | None, end: date | None) -> float | None:
    """Months from the first to the last day, both counted: whole ones by the calendar, the rest by days. None if they contradict."""
    if start is None or end is None or end < start:
        return None
    after = end + timedelta(days=1)
    return (after.year - start.year) * 12 + after.month - start.month + (after.day - start.day) / DAYS_A_MONTH


def months_of_days(days: Any) -> float | None:
    """A duration told in days. Publishers turn years into 365 and months into 30 days each, so these are turned back."""
    try:
        number = Decimal(str(days)) if not isinstance(days, bool) else Decimal(0)
    except InvalidOperation:
        return None
    if not number.is_finite() or not 0 < number < 100_000:
        return None
    if number % 365 == 0:
        return float(number / 365 * 12)
    return float(number / 30) if number % 30 == 0 else float(number) / DAYS_A_MONTH


def cpv(value: Any) -> str | None:
    """The eight digits of a code of the Common Procurement Vocabulary, without check digit; None if it is none."""
    match = re.match(r"\d{8}(?!\d)", text(value) or "")
    return match.group() if match else None


def uk_postcode(value: Any) -> str | None:
    """The last UK postcode in a text, written the usual way: 'PR1 2HE'."""
    found = _POSTCODE.findall((text(value) or "").upper())
    return " ".join(found[-1]) if found else None


def identifier(scheme: Any, number: Any) -> str | None:
    """Scheme and number of a register, 'GB-COH-01234567'; company numbers get their leading zeros back."""
    scheme, number = text(scheme), text(number)
    if not scheme or not number or number.lower() in {"n/a", "na", "none", "null", "0", "-", "tbc", "unknown"}:
        return None
    number = re.sub(r"(?<=^\d{8})\.0$", "", number)  # spreadsheets make fractions of long numbers
    if scheme == "GB-COH":
        number = number.replace(" ", "").upper()
        number = number.zfill(8) if number.isascii() and number.isdigit() else number
    return f"{scheme}-{number}"
