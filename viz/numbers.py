"""Numbers for people: levels, differences and intervals in their unit, with real minus signs (U+2212).

Money comes in pounds, shares as fractions; the difference of two shares is given in percentage points.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal

MINUS = "\u2212"
_SCALES = ((1e9, "bn"), (1e6, "m"), (1e3, "k"))
_EXACT = Context(prec=700)  # digits enough for any float


def _scale(size: float, unit: str) -> tuple[float, str, str]:
    """Divisor, what to write before and what to write after a number of that size and unit."""
    if unit in ("£", "£/year"):
        after = "/year" if unit == "£/year" else ""
        for divisor, letter in _SCALES:
            if size >= 0.9995 * divisor:  # so that 999,950 is £1m and not £1000k
                return divisor, "£", letter + after
        return 1.0, "£", after
    if unit == "share":
        return 0.01, "", "%"
    return 1.0, "", ""


def _decimals(size: float, digits: int) -> int:
    """Decimals that show `digits` significant digits of a positive number, none for a large one."""
    if size == 0 or not math.isfinite(size):
        return 0
    rounded = float(f"{size:.{digits - 1}e}")  # 0.9996 to three digits is 1.00, not 1.000
    return max(0, digits - 1 - math.floor(math.log10(rounded)))


def _fixed(value: float, decimals: int, rounding: str = ROUND_HALF_EVEN, sign: bool = False) -> str:
    """A number with that many decimals and thousands separated; `rounding` is one of decimal's."""
    exact = Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), rounding, _EXACT)
    text = f"{abs(exact):,.{decimals}f}"
    if exact == 0:
        return text
    return (MINUS if exact < 0 else "+" if sign else "") + text


def _wrap(number: str, before: str, after: str) -> str:
    """The unit around a number, the sign in front of all: −£1.2m. Nothing is nothing on any scale: £0."""
    if not number.strip("0."):
        return before + "0" + (after if after in ("%", " points", "/year") else "")
    if number[:1] in (MINUS, "+"):
        return number[0] + before + number[1:] + after
    return before + number + after


def amount(value: float, unit: str, digits: int = 3) -> str:
    """A level, to that many significant digits: £1.23m, 45.1%, 0.612, 1,204. "–" if there is none."""
    if not math.isfinite(value):
        return "–"
    divisor, before, after = _scale(abs(value), unit)
    scaled = value / divisor
    whole = unit in ("count", "people") and scaled == int(scaled)
    decimals = 0 if whole else min(_decimals(abs(scaled), digits), 6)
    if abs(scaled) < 0.5 * 10**-decimals:
        decimals = 0
    return _wrap(_fixed(scaled, decimals), before, after)


def money(pounds: float, digits: int = 3) -> str:
    """£1.23bn, £4.50m, £12.3k, £320, −£1.20m."""
    return amount(pounds, "£", digits)


def percent(fraction: float, digits: int = 3) -> str:
    """0.0512 as 5.12%."""
    return amount(fraction, "share", digits)


def ticks(values: Sequence[float], unit: str, sign: bool = False) -> list[str]:
    """Evenly spaced values of an axis, all with the same scale and the same decimals, no more than tell them apart."""
    if not len(values):
        return []
    divisor, before, after = _scale(max(abs(v) for v in values), unit)
    scaled = [round(v / divisor, 10) for v in values]
    decimals = max(max(0, -int(Decimal(repr(v)).normalize().as_tuple().exponent)) if v else 0 for v in scaled)
    tail = _change_unit(unit, after) if sign else after
    return ["0" if v == 0 else _wrap(_fixed(v, min(decimals, 6), sign=sign), before, tail) for v in scaled]


def told_apart(values: Sequence[float]) -> list[str]:
    """Values of a factor, each once and in order, all with the same decimals: as they are if three significant digits of the greatest say
    that, else so many digits, and more only where neighbours would look alike. 0, 0.33, 0.67, 1.00; 0, 0.5, 1.0."""
    if not len(values):
        return []
    exact = [max(0, -int(Decimal(f"{v:.12g}").normalize().as_tuple().exponent)) if v else 0 for v in values]
    decimals = min(max(exact), _decimals(max(abs(v) for v in values), 3))
    while decimals < max(exact) and len({_fixed(v, decimals) for v in values}) < len(values):
        decimals += 1
    return ["0" if v == 0 else _fixed(v, decimals) for v in values]


def _change_unit(unit: str, after: str) -> str:
    return " points" if unit == "share" else after


def interval(low: float, high: float, unit: str, sign: bool = True) -> str:
    """ "+£1.2m to +£3.4m", rounded outwards: what is printed always holds what was computed.

    As many decimals as show the width to two digits, or the nearer end if that is closer to zero (an interval that
    excludes zero is never printed as one that touches it). Shares are in percentage points.
    """
    if not (math.isfinite(low) and math.isfinite(high)):
        return "–"
    divisor, before, after = _scale(max(abs(low), abs(high)), unit)
    a, b = low / divisor, high / divisor
    decimals = _decimals(b - a, 2) if b > a else _decimals(abs(a), 3)
    if low > 0 or high < 0:
        decimals = max(decimals, math.ceil(-math.log10(min(abs(a), abs(b)))))  # rounding outwards must not reach zero
    first = _wrap(_fixed(a, decimals, ROUND_FLOOR, sign), before, after.removesuffix("/year").removesuffix("%"))
    last = _wrap(_fixed(b, decimals, ROUND_CEILING, sign), before, _change_unit(unit, after))
    return f"{first} to {last}"


def change(value: float, unit: str, low: float = math.nan, high: float = math.nan, sign: bool = True) -> str:
    """A difference with its sign, no finer than its interval allows: +£2.3m, −0.04, +3.1 points. "–" if there is none."""
    if not math.isfinite(value):
        return "–"
    bounded = math.isfinite(low) and math.isfinite(high)
    divisor, before, after = _scale(max(abs(low), abs(high)) if bounded else abs(value), unit)
    a = value / divisor
    width = (high - low) / divisor if bounded else 0.0
    decimals = _decimals(width, 2) if width > 0 else _decimals(abs(a), 3)
    if bounded and (low > 0 or high < 0):
        decimals = max(decimals, _decimals(min(abs(low), abs(high)) / divisor, 1))
    elif a:
        decimals = max(decimals, min(2, _decimals(abs(a), 1)))  # a difference is not printed as none
    return _wrap(_fixed(a, decimals, sign=sign), before, _change_unit(unit, after))


def changes(values: Sequence[float], unit: str, lows: Sequence[float], highs: Sequence[float]) -> list[str]:
    """Differences that are read side by side, all on one scale with the same decimals: those of `change` for the narrowest interval."""
    rows = [tuple(map(float, row)) for row in zip(values, lows, highs, strict=True)]
    ends = [abs(end) for row in rows for end in row if math.isfinite(end)]
    divisor, before, after = _scale(max(ends, default=0.0), unit)
    widths = [(high - low) / divisor for _, low, high in rows if math.isfinite(high - low) and high > low]
    sizes = [abs(value) / divisor for value, _, _ in rows if math.isfinite(value) and value]
    decimals = min(6, _decimals(min(widths), 2) if widths else max((_decimals(size, 3) for size in sizes), default=0))
    tail = _change_unit(unit, after)
    return [_wrap(_fixed(value / divisor, decimals, sign=True), before, tail) if math.isfinite(value) else "–" for value, _, _ in rows]
