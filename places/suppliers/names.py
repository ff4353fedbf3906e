"""Names of suppliers, cleaned so that two spellings of one name become the same text."""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache

# What a legal form looks like once cleaned: words in a row, and the short name that stands for it. Longest first.
LEGAL_FORMS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("charitable", "incorporated", "organisation"), "cio"),
    (("community", "interest", "company"), "cic"),
    (("community", "interest", "co"), "cic"),
    (("limited", "liability", "partnership"), "llp"),
    (("public", "limited", "company"), "plc"),
    (("limited", "partnership"), "lp"),
    (("company", "limited"), "ltd"),
    (("company", "ltd"), "ltd"),
    (("co", "limited"), "ltd"),
    (("co", "ltd"), "ltd"),
    (("limited",), "ltd"),
    (("ltd",), "ltd"),
    (("lt",), "ltd"),  # cut off by the ledger's width
    (("limite",), "ltd"),
    (("limit",), "ltd"),
    (("plc",), "plc"),
    (("llp",), "llp"),
    (("cic",), "cic"),
    (("cio",), "cio"),
    (("inc",), "inc"),
    (("gmbh",), "gmbh"),
    (("bv",), "bv"),
)
_LAST_WORDS = frozenset(words[-1] for words, _ in LEGAL_FORMS)
TITLES = frozenset("mr mrs ms miss mx dr prof professor rev revd reverend sir dame lord lady cllr councillor fr".split())

_TRADING_AS = re.compile(r"\b(?:t\s*/\s*as?|t\.a\.|trading\s+as)(?![a-z])|#", re.IGNORECASE)
_SPLIT_INITIALS = re.compile(r"\b(p l c|l t d|c i c|c i o|l l p)\b")


@lru_cache(maxsize=200_000)
def plain_words(name: str) -> tuple[str, ...]:
    """The words of a name in small letters without accents and punctuation; `&` is read as "and"."""
    text = html.unescape(html.unescape(name))
    text = unicodedata.normalize("NFKD", text)
    text = "".join(letter for letter in text if not unicodedata.combining(letter)).casefold()
    text = re.sub(r"[.'’`]", "", text.replace("&", " and ").replace("+", " and "))
    text = " ".join(re.sub(r"[\W_]+", " ", text).split())
    return tuple(_SPLIT_INITIALS.sub(lambda found: found[0].replace(" ", ""), text).split())


def known_names(name: str) -> tuple[str, ...]:
    """The names in "X trading as Y" (also `t/a`, and `#` as some ledgers write it), the first of them the legal one."""
    parts = [part.strip(" -,()") for part in _TRADING_AS.split(name)]
    return tuple(part for part in parts if part) or (name,)


def without_form(words: tuple[str, ...]) -> tuple[tuple[str, ...], str | None]:
    """The words before the legal form they end in, and that form ("ltd", "plc", "cic", …) or None."""
    form = None
    while words and words[-1] in _LAST_WORDS:
        for ending, short in LEGAL_FORMS:
            if len(words) > len(ending) and words[-len(ending) :] == ending:
                words, form = words[: -len(ending)], form or short
                break
        else:
            break
    return words, form


def clean_name(name: str) -> str:
    """A name to compare by: the legal one of several, without legal form, leading "the", case and punctuation.

    An empty text when nothing of the name is left.
    """
    words, _ = without_form(plain_words(known_names(name)[0]))
    return " ".join(words[1:] if len(words) > 1 and words[0] == "the" else words)


def legal_form(name: str) -> str | None:
    """The legal form that a name ends in: ltd, plc, llp, lp, cic, cio, inc, gmbh, bv; None when it names none."""
    return without_form(plain_words(known_names(name)[0]))[1]
