"""Councils that a ledger calls by a name and initials: "Trafford M B C", "Chorley B.C."."""

from __future__ import annotations

import re
from functools import lru_cache

from ..reference.authorities import find_authority
from .names import TITLES, plain_words

_ENOUGH = frozenset(("mbc", "cbc", "mdc", "ccc", "lbc", "rbc", "wmdc"))
_AFTER_ITS_NAME = frozenset(("bc", "dc", "cc"))  # which are as often somebody's own: "Smith B C"
_INITIALS = re.compile(r"(?P<name>.*?[^\s,]) (?P<letters>[a-z](?:[. ]{1,3}[a-z]){1,3})(?P<rest>\.? *(?:[(#].*)?)", re.IGNORECASE)


@lru_cache(maxsize=200_000)
def with_initials_joined(name: str) -> str:
    """ "Trafford MBC" for "Trafford M B C" and for "Trafford M.B.C."; a name that is no council's comes back as it is.

    Two initials are a council's only after the name of an English one. After a comma ("Smith, B C") or a title they are a person's.
    """
    found = _INITIALS.fullmatch(" ".join(name.split()))
    if not found:
        return name
    initials = re.sub(r"[. ]", "", found["letters"])
    if initials.casefold() in _ENOUGH:
        known = plain_words(name)[0] not in TITLES
    else:
        council = find_authority(found["name"]) if initials.casefold() in _AFTER_ITS_NAME else None
        known = council is not None and council.nation == "England"
    return f"{found['name']} {initials}{found['rest'].lstrip('.')}" if known else name
