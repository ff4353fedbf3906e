"""Numbers and sentences for people: one way to write a pound, a share, a difference and how sure we are of it.

Everything that reads an effect (report, figures, tables of the command line) takes its words from here, so that no
sentence says more than its interval. Money comes in pounds, shares as fractions. Minus signs are real ones (U+2212).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal
from typing import Any, Literal

from ..model.measures import INDEX, MEASURES, Measure, measure

Verdict = Literal["better", "worse", "higher", "lower", "unclear", "same", "unknown"]

MINUS = "\u2212"

# What a reader looks for first; tables keep the order of MEASURES.
MAIN: tuple[str, ...] = (
    "whole_life_cost",
    "whole_life_value",
    "transaction_cost",
    "unforeseen_cost",
    "quality",
    "shading",
    "unmet_need",
    "disputes",
    "failures",
    "share_local",
    "share_sme",
    "share_vcs",
    "hhi",
    "lm3",
    "local_income",
    "social_impact",
    "trust",
    "resident_trust",
)
# Tables are cut where these measures stand in MEASURES.
SECTIONS: dict[str, str] = {
    "spend": "Cost",
    "quality": "Service",
    "tenders": "Contracts",
    "share_local": "Who gets the money",
    "lm3": "Local economy",
    "trust": "People",
    "collaborative": "Five principles",
}
MEANING: dict[Verdict, str] = {
    "better": "Better",
    "worse": "Worse",
    "higher": "Higher",
    "lower": "Lower",
    "unclear": "No clear difference",
    "same": "The same",
    "unknown": "Not known",
}
SIGN: dict[Verdict, str] = {"better": "▲", "worse": "▼", "higher": "◆", "lower": "◆", "unclear": "○", "same": "○", "unknown": "–"}


# --- verdicts -------------------------------------------------------------------------------------------------


def verdict(low: float, high: float, better: int) -> Verdict:
    """What an interval [low, high] of a difference allows one to say; `better` as in `Measure`.

    "unclear" whenever the interval holds zero, its ends included; "same" if it is nothing but zero; "unknown" if an
    end is missing or the interval is empty.
    """
    if math.isnan(low) or math.isnan(high) or low > high:
        return "unknown"
    if low == high == 0:
        return "same"
    if low <= 0 <= high:
        return "unclear"
    up = low > 0
    if better == 0:
        return "higher" if up else "lower"
    return "better" if up == (better > 0) else "worse"


def known(name: str) -> Measure:
    """The measure of that name; for one that is not ours, a neutral stand-in labelled by its name."""
    return measure(name) if name in INDEX else Measure(name, name.replace("_", " ").capitalize(), "", "mean", 0, "")


def sections(names: Sequence[str]) -> list[tuple[str, list[str]]]:
    """The names in the order of MEASURES, cut into titled groups; names that are not ours come last, as "Other"."""
    out: list[tuple[str, list[str]]] = []
    wanted = set(names)
    for m in MEASURES:
        if m.name in SECTIONS:
            out.append((SECTIONS[m.name], []))
        if m.name in wanted:
            out[-1][1].append(m.name)
    out.append(("Other", [name for name in dict.fromkeys(names) if name not in INDEX]))
    return [(title, group) for title, group in out if group]


# --- numbers --------------------------------------------------------------------------------------------------

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
        decimals = max(decimals, _decimals(min(abs(a), abs(b)), 1))
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
    return _wrap(_fixed(a, decimals, sign=sign), before, _change_unit(unit, after))


def count(n: int, one: str, many: str = "") -> str:
    """ "1 seed", "100 seeds"."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def listed(parts: Sequence[str], last: str = "and") -> str:
    """ "a", "a and b", "a, b and c"."""
    if len(parts) < 2:
        return "".join(parts)
    return ", ".join(parts[:-1]) + f" {last} " + parts[-1]


def lower_first(label: str) -> str:
    """A label inside a sentence: "SMEs' share" and "LM3" keep their capitals, "Quality of service" does not."""
    word = label.split(" ")[0]
    return label if sum(c.isupper() for c in word) > 1 else label[:1].lower() + label[1:]


# --- sentences ------------------------------------------------------------------------------------------------


def between(low: float, high: float, unit: str) -> str:
    """The interval without signs, for after "higher by" or "lower by": the nearer end first."""
    return interval(-high, -low, unit, sign=False) if high < 0 else interval(low, high, unit, sign=False)


def _size(effect: Any, unit: str) -> str:
    """The size of a difference without its sign, no finer than its interval."""
    near, far = sorted((abs(float(effect.low)), abs(float(effect.high))))
    return change(abs(float(effect.difference)), unit, near, far, sign=False)


def clause(effect: Any) -> str:
    """One effect as a phrase: "quality of service (0.04 higher, 0.03 to 0.05)". Only for effects that exclude zero.

    `effect` is a row of `Comparison.effects`: anything with measure, difference, low and high.
    """
    m = known(str(effect.measure))
    low, high = float(effect.low), float(effect.high)
    what = verdict(low, high, m.better)
    if what in ("unclear", "same", "unknown"):
        raise ValueError(f"{m.name}: nothing can be said of an interval that holds zero")
    way = "higher" if low > 0 else "lower"
    size = _size(effect, m.unit)
    return f"{lower_first(m.label)} ({size} {way}, {between(low, high, m.unit)})"


def sentence(effect: Any, policy: str, baseline: str) -> str:
    """One effect as a sentence, never beyond its interval."""
    m = known(str(effect.measure))
    low, high = float(effect.low), float(effect.high)
    what = verdict(low, high, m.better)
    if what == "unknown":
        return f"{m.label}: not known, since there were too few runs in which it could be measured."
    if what == "same":
        return f"{m.label}: the same under “{policy}” and “{baseline}” in every pair of runs."
    if what == "unclear":
        return f"{m.label}: no clear difference between “{policy}” and “{baseline}” (95% interval {interval(low, high, m.unit)})."
    way = "higher" if low > 0 else "lower"
    judged = {"better": ", which is better", "worse": ", which is worse"}.get(what, "")
    size = _size(effect, m.unit)
    return (
        f"{m.label}: {way} under “{policy}” than under “{baseline}” by {size} (95% interval {between(low, high, m.unit)}){judged}; "
        f"{amount(float(effect.policy_mean), m.unit)} against {amount(float(effect.baseline_mean), m.unit)}."
    )


def summary(effects: Sequence[Any], policy: str, baseline: str) -> list[tuple[Verdict, str]]:
    """The main measures of one comparison in a few sentences: what got better, what worse, what moved, what is open.

    `effects` are rows of `Comparison.effects` of one scenario and baseline. The first sentence counts; each of the
    others belongs to a verdict. Nothing is said of a measure whose interval holds zero but that there is no clear
    difference.
    """
    rows = {str(e.measure): e for e in effects}
    found: dict[Verdict, list[Any]] = {"better": [], "worse": [], "higher": [], "unclear": [], "same": [], "unknown": []}
    chosen = [n for n in MAIN if n in rows] or list(rows)
    for name in chosen:
        what = verdict(float(rows[name].low), float(rows[name].high), known(name).better)
        found["higher" if what == "lower" else what].append(rows[name])
    counts = [f"{len(found[v])} {text}" for v, text in _COUNTED.items() if found[v]]
    out: list[tuple[Verdict, str]] = [
        ("unknown", f"Of {count(len(chosen), 'main measure')} under “{policy}”, against “{baseline}”: {listed(counts)}.")
    ]
    for what, text in _TOLD.items():
        if found[what]:
            said = [clause(e) if what in ("better", "worse", "higher") else lower_first(known(str(e.measure)).label) for e in found[what]]
            out.append((what, f"{text}: {'; '.join(said)}."))  # labels hold commas
    return out


_COUNTED: dict[Verdict, str] = {
    "better": "better",
    "worse": "worse",
    "higher": "moved without being good or bad in itself",
    "unclear": "without a clear difference",
    "same": "the same in every pair of runs",
    "unknown": "not known",
}
_TOLD: dict[Verdict, str] = {
    "better": "Better",
    "worse": "Worse",
    "higher": "Moved, good or bad only by purpose",
    "unclear": "No clear difference",
    "same": "The same in every pair of runs",
    "unknown": "Not known, for it could be measured in too few runs",
}
