"""How a contract was let, in five words, and whether it is a framework."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from .values import flag

PROCEDURES = ("open", "selective", "limited", "direct", "call-off")

# The words of publishers, which say more than the standard's code; the first that fits counts.
_WORDS = (
    ("call-off", re.compile(r"call[\s-]?off|mini[\s-]?competition|further competition", re.I)),
    ("direct", re.compile(r"direct award|single tender|without (?:a )?(?:prior|call)", re.I)),
    ("open", re.compile(r"\bopen\b", re.I)),
    ("selective", re.compile(r"restricted|negotiat|dialogue|competitive|innovation partnership|quotation", re.I)),
)
_FROM_FRAMEWORK = re.compile(
    r"call[\s-]?off|mini[\s-]?(?:comp|tender)|further competition|"
    r"\b(?:under|from|via|through|throughout|using|within) (?:\S+ ){0,8}(?:framework|DPS|dynamic purchasing)\b",
    re.I,
)
_FRAMEWORK = re.compile(
    r"call[\s-]?off|mini[\s-]?(?:competition|tender)|\b(?:under|from|via|through|using|within) (?:\w+ ){0,6}(?:framework|DPS)\b", re.I
)
_FRAMEWORK = re.compile(r"\bframework\b|\bdynamic purchasing|\bDPS\b", re.I)


def procedure(method: Any, details: Any) -> str | None:
    """One of PROCEDURES from the words, else from the code; None if neither says."""
    for name, words in _WORDS:
        if isinstance(details, str) and words.search(details):
            return name
    return method if method in PROCEDURES else None


def framework(techniques: Any, details: Any, words: Iterable[Any], suppliers: int) -> bool | None:
    """Whether the notice sets up a framework or a dynamic purchasing system: its value is then a ceiling, not a contract's.

    By the notice's own field where there is one; a call-off is none. Else by its words (title, description): they make it one where
    several suppliers share it, since a contract with one supplier often names the framework it came from. Else None.
    """
    if isinstance(techniques, dict):
        told = [flag(techniques.get(key)) for key in ("hasFrameworkAgreement", "hasDynamicPurchasingSystem")]
        if any(told):
            return True
        if False in told:
            return False
    said = " / ".join(word for word in (details, *words) if isinstance(word, str))
    if _FROM_FRAMEWORK.search(said):
        return False
    return True if suppliers > 1 and _FRAMEWORK.search(said) else None
