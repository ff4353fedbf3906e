"""Postcodes and where they lie: an area (PR), an outward code (PR1), a sector (PR1 2) or a whole postcode (PR1 2RL)."""

from __future__ import annotations

import re
from functools import lru_cache

_WHOLE = re.compile(r"([A-Z]{1,2})([0-9][0-9A-Z]?)([0-9])([A-Z]{2})")
_OUTWARD = re.compile(r"([A-Z]{1,2})([0-9][0-9A-Z]?)([0-9])?")


@lru_cache(maxsize=100_000)
def levels(postcode: str) -> tuple[str, ...]:
    """What a postcode lies in, widest first: ("PR", "PR1", "PR1 2", "PR1 2RL"); () when it is no postcode.

    A shorter one ("PR1", "PR") gives what it says; a sector needs its space ("PR1 2"), since PR12 is another outward code.
    """
    text = " ".join(postcode.upper().split())
    whole = _WHOLE.fullmatch(text.replace(" ", ""))
    if whole:
        area, district, sector, unit = whole.groups()
        return area, area + district, f"{area}{district} {sector}", f"{area}{district} {sector}{unit}"
    if re.fullmatch(r"[A-Z]{1,2}", text):
        return (text,)
    if " " in text:
        outward, rest = text.rsplit(" ", 1)
        found = _OUTWARD.fullmatch(outward)
        if found and not found[3] and re.fullmatch(r"[0-9]", rest):
            return found[1], outward, text
        return ()
    found = _OUTWARD.fullmatch(text)
    return (found[1], text) if found and not found[3] else ()
