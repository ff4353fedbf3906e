"""The kind of a provider: large firm, SME, voluntary body (VCS) or public body, from identifiers and flags.

Nothing here guesses a size: turnover and staff stand in no payment file, and names do not tell. What no identifier or flag
decides stays open between the kinds it can be. How a name reads (`reads_as_voluntary`) is a prior for estimates inside the interval, never
a judgement; `measured.py` says how often it is right.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from .facts import Facts
from .judging import Judgement
from .names import known_names, legal_form, plain_words

KINDS = ("large", "sme", "vcs", "public")
ALL = frozenset(KINDS)
FIRMS = frozenset({"large", "sme"})

# Prefixes of Companies House numbers: charitable incorporated organisations and registered societies.
VOLUNTARY_PREFIXES = frozenset("CE CS IP RS SP NP NO".split())
FIRM_PREFIXES = frozenset("OC SO NC FC SF NF LP SL NL GE GS GN SE ES EN AC SA NA IC SI NV".split())
_NUMBER = re.compile(r"([A-Z]{2}|R0)?0*\d+[A-Z]?")


def company_prefix(number: str) -> str | None:
    """The letters before a company number ("" for an ordinary English company), or None when it is no such number."""
    found = _NUMBER.fullmatch(re.sub(r"[\s-]", "", number.upper()))
    return None if found is None else (found[1] or "")


def kind_of(facts: Facts, is_public: Callable[[str], bool] | None = None) -> Judgement:
    """Which kinds a supplier may be. The strongest witness speaks first: a register's number, then flags, then size.

    `is_public` tells a public body by its name; without it none is told. A False SME flag says "not an SME", which a charity is
    not either; a company can be a charity unless a flag or its form (plc, LLP) says otherwise.
    """
    judged = Judgement(ALL)
    if facts.kind:
        judged = judged.narrowed({facts.kind}, "table")
    if facts.charity_number:
        judged = judged.narrowed({"vcs"}, "charity number")
    prefix = company_prefix(facts.company_number) if facts.company_number else None
    if prefix is not None and prefix in VOLUNTARY_PREFIXES:
        judged = judged.narrowed({"vcs"}, f"company number {prefix}")
    form = legal_form(facts.name)
    if form in ("cic", "cio"):
        judged = judged.narrowed({"vcs"}, f"legal form {form.upper()}")
    if is_public is not None and is_public(facts.name):
        judged = judged.narrowed({"public"}, "public body by name")
    if facts.vcse is not None:
        judged = judged.narrowed({"vcs"} if facts.vcse else ALL - {"vcs"}, "VCSE flag")
    if (prefix is not None and prefix in FIRM_PREFIXES) or form in ("plc", "llp", "inc", "gmbh", "bv"):
        judged = judged.narrowed(FIRMS, f"company number {prefix}" if prefix in FIRM_PREFIXES else f"legal form {form}")
    elif prefix == "" or form == "ltd":
        judged = judged.narrowed(ALL - {"public"}, "company")
    if facts.size:
        judged = judged.narrowed(ALL - ({"sme"} if facts.size == "large" else {"large"}), "size in table")
    if facts.sme is not None:
        judged = judged.narrowed({"sme", "vcs"} if facts.sme else ALL - {"sme"}, "SME flag")
    return judged


# Words of voluntary bodies, and words beside which they mean something else (a school's trust, a firm's associates).
# Written looking at the half for making rules.
VOLUNTARY_WORDS = frozenset(
    """
    advocacy allotment allotments barnardo barnardos befrienders befriending charitable charity charities cic cio citizens club
    conservation foundation friends hospice interfaith mencap mind outreach pta project residents scout scouts society trust
    volunteer volunteers voluntary wi ymca ywca youth
    """.split()
)
VOLUNTARY_PHRASES = ("age uk", "age concern", "action for", "community association", "community centre", "community transport",
                     "housing association", "methodist homes", "church", "adoption matters", "after adoption", "women s aid",
                     "womens aid", "citizens advice", "salvation army", "creative support", "british red cross")  # fmt: skip
OTHER_WORDS = frozenset(
    """
    academies academy bank building college council foster fostering golf hospital hospitals insurance leadership learning multi nhs
    primary project's retail school schools secondary solicitors travel youths
    """.split()
)


def reads_as_voluntary(name: str) -> bool:
    """Whether a name reads as a voluntary body's. A prior, wrong about as often as it is right: see `measured.py`."""
    if any(legal_form(part) in ("cic", "cio") for part in known_names(name)):
        return True
    words = plain_words(name)
    if OTHER_WORDS.intersection(words):
        return False
    text = f" {' '.join(words)} "
    return not VOLUNTARY_WORDS.isdisjoint(words) or any(f" {phrase} " in text for phrase in VOLUNTARY_PHRASES)
