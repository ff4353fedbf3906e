"""Award criteria: what price, quality and social value weigh, in percent."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

_NUMBER = re.compile(r"(\d{1,3}(?:\.\d{1,4})?)\s*%?")
_SOCIAL = re.compile(r"social|communit|local (?:econom|employ|benefit)|fair work|sustainab|environment", re.I)
SLACK = 0.5  # thirds are rounded to 33, 33 and 34, or 33.3 each


@dataclass(frozen=True)
class Weights:
    """Percent of price or cost, quality, and social value named as a criterion of its own. `told` says whether and how.

    Where only some criteria have figures, or all together fall short of 100, what is told of price is kept and the others are not.
    """

    price: float | None = None
    quality: float | None = None
    social: float | None = None
    told: str = "none"


def weights(criteria: Iterable[dict[str, Any]]) -> Weights:
    """What the criteria of one lot weigh. Ranges ("60-85%") and words are not taken, nor weights of more than 100 in all."""
    sums = {"price": 0.0, "quality": 0.0, "social": 0.0}
    known = unknown = priced = 0
    all_priced = True
    for one in criteria:
        kind = one.get("type")
        number = _weight(one)
        price = kind in ("price", "cost")
        if number is None:
            unknown += 1
            all_priced &= not price
            continue
        known += 1
        if price:
            priced += 1
            sums["price"] += number
        else:
            sums["social" if _SOCIAL.search(str(one.get("name", ""))) else "quality"] += number
    if not known:
        return Weights(told="without figures" if unknown else "none")
    total = sum(sums.values())
    if total > 100 + SLACK:
        return Weights(told=f"add up to {total:g}")
    if unknown or total < 100 - SLACK:
        told = "told in part" if unknown else f"add up to {total:g}"
        return Weights(price=sums["price"] if priced and all_priced else None, told=told)
    return Weights(sums["price"], sums["quality"], sums["social"], "told")


def criteria_of(holder: Any) -> list[dict[str, Any]]:
    """The criteria of a tender or lot; [] if there are none."""
    found = holder.get("awardCriteria") if isinstance(holder, dict) else None
    return found.get("criteria", []) if isinstance(found, dict) else []


def _weight(one: dict[str, Any]) -> float | None:
    told = [number.get("number") for number in one.get("numbers", []) if str(number.get("weight", "")).startswith("percentage")]
    for text in (told[0] if len(told) == 1 else None, one.get("description")):
        match = _NUMBER.fullmatch(str(text).strip()) if text is not None else None
        if match:
            return float(match.group(1))
    return None
