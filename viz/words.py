"""Numbers and sentences for people: one way to write a pound, a share, a difference and how sure we are of it.

Everything that reads an effect (report, figures, tables of the command line) takes its words from here, so that no
sentence says more than its interval. Money comes in pounds, shares as fractions. Minus signs are real ones (U+2212).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from ..experiments.statistics import MOST_FORESEEN
from ..model.measures import INDEX, MEASURES, Measure, measure
from .numbers import MINUS, amount, change, changes, interval, money, percent, ticks, told_apart

__all__ = [
    "MAIN",
    "MEANING",
    "MINUS",
    "SECTIONS",
    "SIGN",
    "Verdict",
    "amount",
    "beside_published",
    "between",
    "change",
    "changes",
    "clause",
    "count",
    "foreseen",
    "interval",
    "known",
    "known_unit",
    "listed",
    "lower_first",
    "money",
    "percent",
    "sections",
    "sentence",
    "summary",
    "ticks",
    "told_apart",
    "too_few",
    "verdict",
]

Verdict = Literal["better", "worse", "higher", "lower", "unclear", "same", "unknown"]

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


def known_unit(unit: str) -> str:
    """What a unit in words is written like: pounds, a share, or a plain number."""
    first = unit.split(",")[0].strip()
    return "£" if first.split(" ")[0] == "£" else "share" if first == "share" or first.startswith("share of") else first


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


def count(n: int, one: str, many: str = "") -> str:
    """ "1 seed", "100 seeds"."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def foreseen(seeds: int) -> str:
    """ "1,200", or that it is more than anybody will run."""
    return f"{seeds:,}" if seeds < MOST_FORESEEN else "over a billion"


def too_few(seeds: int) -> str:
    """What to say of an interval from so few seeds; empty where there are enough to read it."""
    return f"Only {count(seeds, 'seed')}: too few to conclude anything; use 20 or more." if seeds < 5 else ""


def by_chance(tested: int) -> str:
    """How many of so many differences that are none would look clear at the 95% level, in words after "about"."""
    return f"{0.05 * tested:.0f}" if tested >= 15 else f"one in {20 / tested:.0f} such tables" if tested else "none"


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


def beside_published(rows: Iterable[Mapping[str, Any]]) -> list[list[str]]:
    """Cells of a table that holds simulated figures against published ones: figure, mean, 95% of runs, published, whether fitted.

    `rows` are those of a pattern's `details["published"]`.
    """
    return [
        [
            r["label"],
            amount(r["mean"], r["unit"]),
            f"{amount(r['runs_low'], r['unit'])} to {amount(r['runs_high'], r['unit'])}",
            amount(r["published"], r["unit"]),
            r["fitted"],
        ]
        for r in rows
    ]


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
