"""Councils that a ledger calls by a name and initials: "Trafford M B C", "Chorley B.C."."""

from __future__ import annotations

import re
from functools import lru_cache

from ..reference.authorities import find_authority
from .names import TITLES, plain_words

_ENOUGH = frozenset(("mbc", "cbc", "mdc", "ccc", "lbc", "rbc", "wmdc"))
_AFTER_ITS_NAME = frozenset(("bc", "dc", "cc", "mc"))  # which are as often somebody's own: "Smith B C"
# English councils that were merged into others since ledgers are published, from 2009 on.
_FORMER = frozenset(
    name.strip()
    for name in """
    allerdale, aylesbury vale, barrow, barrow in furness, bournemouth, carlisle, chiltern, christchurch, copeland, corby, craven, cumbria,
    daventry, east dorset, east northamptonshire, eden, forest heath, hambleton, harrogate, kettering, mendip, north dorset, northampton,
    northamptonshire, poole, purbeck, richmondshire, ryedale, scarborough, sedgemoor, selby, south bucks, south lakeland,
    south northamptonshire, south somerset, st edmundsbury, suffolk coastal, taunton deane, waveney, wellingborough, west dorset,
    west somerset, weymouth and portland, wycombe
    """.split(",")
)
_LONDON = re.compile(r"l[. ]{1,2}b[. ]{1,2}(?:of )?(?P<name>.+)", re.IGNORECASE)
_INITIALS = re.compile(r"(?P<name>.*?[^\s,]) (?P<letters>[a-z](?:[. ]{1,3}[a-z]){1,3})(?P<rest>\.? *(?:[(#].*)?)", re.IGNORECASE)


@lru_cache(maxsize=200_000)
def with_initials_joined(name: str) -> str:
    """ "Trafford MBC" for "Trafford M B C" and for "Trafford M.B.C.", "LB Camden" for "L.B. Camden"; a name that is no council's as it is.

    Two initials are a council's only after the name of an English one. After a comma ("Smith, B C") or a title they are a person's.
    """
    plain = " ".join(name.split())
    if (found := _LONDON.fullmatch(plain)) and (council := find_authority(found["name"])) and council.kind == "LBO":
        return f"LB {found['name']}"
    found = _INITIALS.fullmatch(plain)
    if not found:
        return name
    initials = re.sub(r"[. ]", "", found["letters"])
    if initials.casefold() in _ENOUGH:
        known = plain_words(name)[0] not in TITLES
    else:
        known = initials.casefold() in _AFTER_ITS_NAME and _is_english(found["name"])
    return f"{found['name']} {initials}{found['rest'].lstrip('.')}" if known else name


def _is_english(name: str) -> bool:
    """Whether a council of England, or one that was until it was merged, goes by a name."""
    council = find_authority(name)
    return " ".join(plain_words(name)) in _FORMER or (council is not None and council.nation == "England")
