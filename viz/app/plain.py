"""Short names of measures with the words that a room knows beside them or in their place."""

from __future__ import annotations

import re

from ...model.measures import Measure

WORDS = {
    "SMEs'": "small and medium firms'",
    "LM3": "local spending per pound (LM3)",
    "concentration (HHI)": "concentration on few providers (HHI)",
}
NAMED = re.compile("|".join(map(re.escape, WORDS)), re.IGNORECASE)
KNOWN = {name.lower(): said for name, said in WORDS.items()}


def plain(text: str) -> str:
    """A sentence about measures, in such words; who begins it keeps the capital."""

    def told(match: re.Match[str]) -> str:
        said = KNOWN[match[0].lower()]
        return said if match.start() else said[:1].upper() + said[1:]

    return NAMED.sub(told, text).replace("'", "’")  # as the page writes it elsewhere


def label(m: Measure) -> str:
    """What a measure is called on the page."""
    return plain(m.label)
