"""The sector a payment or a supplier belongs to: from SIC, ProClass and CPV codes, or the words of a category.

The sectors are those of the shipped places. Words stand before codes where both are given: ledgers are seen to carry codes of
other classes than their labels. What no code or word decides stays open.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from ...scenarios.lancashire_data import PROCUREMENT_CODES
from .judging import Judgement

SECTORS = ("construction", "facilities", "waste", "care", "ict", "professional", "transport", "leisure", "food", "public", "retail",
           "manufacturing")  # fmt: skip
ALL = frozenset(SECTORS)

# Divisions of the Standard Industrial Classification 2007, as the shipped Lancashire folds them: section by section, social care
# (87, 88) apart from health (86) and education (85), which are public.
_DIVISIONS: tuple[tuple[range, str], ...] = (
    (range(1, 36), "manufacturing"),
    (range(36, 40), "waste"),
    (range(41, 44), "construction"),
    (range(45, 48), "retail"),
    (range(49, 54), "transport"),
    (range(55, 57), "food"),
    (range(58, 64), "ict"),
    (range(64, 76), "professional"),
    (range(77, 83), "facilities"),
    (range(84, 87), "public"),
    (range(87, 89), "care"),
    (range(90, 100), "leisure"),
)

# "Other …, not elsewhere classified", non-trading and dormant: companies of every sector register them.
_SAYS_NOTHING = frozenset("74990 82990 96090 98000 99999".split())

# ProClass 17: the first three digits of a code decide; 321… and 322… belong to social care.
_PROCLASS = {
    "100": "manufacturing", "110": "food", "120": "leisure", "130": "facilities", "140": "manufacturing", "150": "professional",
    "160": "retail", "170": "public", "180": "waste", "190": "facilities", "200": "professional", "210": "manufacturing",
    "220": "professional", "230": "construction", "240": "facilities", "250": "facilities", "260": "professional", "270": "ict",
    "280": "professional", "290": "leisure", "300": "transport", "310": "public", "320": "care", "321": "care", "322": "care",
    "330": "leisure", "340": "manufacturing", "350": "construction", "360": "transport", "370": "manufacturing", "380": "transport",
    "390": "construction", "391": "construction", "410": "care",
}  # fmt: skip

# First two digits of the Common Procurement Vocabulary, as the shipped Lancashire reads notices.
_CPV = {code: sector for sector, codes in PROCUREMENT_CODES.items() for code in codes.split()}

# Words of categories, the more telling first. A category that speaks of two sectors takes the first that is found.
_WORDS: tuple[tuple[str, str], ...] = (
    (r"social care|domiciliary|residential care|nursing home|home ?care|fostering|adoption|day care|care home|\bsc\b", "care"),
    (r"consult", "professional"),
    (r"waste|refuse|recycl|landfill|skip hire|environment(al)? services", "waste"),
    (r"\bict\b|software|hardware|computer|telecom|\btelephon|information (and |& )?communication|\bit (services|equipment|support)", "ict"),
    (
        r"construct|building (works|contract|maint)|repairs?,? (alterations|and|&)|highway|\bhwy\b|street ?light|roofing|plumb|civil eng",
        "construction",
    ),
    (r"cater|\bfood|provisions|meals", "food"),
    (r"transport|taxi|vehicle|fleet|postage|mail services|\bbus\b|courier|fuel", "transport"),
    (r"clean|janitor|security|facilit|\bfm\b|horticult|grounds maint|property management|agency staff|temporary staff", "facilities"),
    (
        r"legal|health (&|and) safety|audit|account|insur|financ|\bhr\b|human resources|training|recruit"
        r"|professional (fees|services)|interpret",
        "professional",
    ),
    (r"leisure|sport|library|librar|museum|arts\b|event", "leisure"),
    (r"gas\b|electric|water\b|utilit|energy|stationer|furniture|clothing|equipment|building materials", "manufacturing"),
    (r"education|school|medical|health|public health", "public"),
)
_PATTERNS = tuple((re.compile(pattern, re.IGNORECASE), sector) for pattern, sector in _WORDS)


def sector_of_sic(code: str) -> str | None:
    """The sector of a SIC 2007 code as companies register it (five digits; one of four lost its leading zero) or of a division (two).

    None for what is no code, and for the codes that companies of any sector register.
    """
    digits = code.strip()
    if digits in _SAYS_NOTHING or not re.fullmatch(r"[0-9]{2}|[0-9]{4,5}", digits):
        return None
    division = int(digits) if len(digits) == 2 else int(digits) // 1000
    return next((sector for span, sector in _DIVISIONS if division in span), None)


def sector_of_proclass(code: str) -> str | None:
    """The sector of a ProClass code of six digits."""
    digits = code.strip()
    if not re.fullmatch(r"[0-9]{6}", digits):
        return None
    return _PROCLASS.get(digits[:3]) or _PROCLASS.get(f"{digits[:2]}0")


def sector_of_cpv(code: str) -> str | None:
    """The sector of a CPV code."""
    return _CPV.get(code.strip()[:2])


@lru_cache(maxsize=50_000)
def sector_of_words(text: str) -> str | None:
    """The sector that the words of a category, purpose or department speak of."""
    return next((sector for pattern, sector in _PATTERNS if pattern.search(text)), None)


def sector_of(category: str = "", category_code: str = "", sic: str = "", stated: str = "", sectors: Iterable[str] = SECTORS) -> Judgement:
    """The sector of a payment: by what a table states, the category's words, its code, then its supplier's SIC code.

    The supplier's own code comes last: a builder is also paid for materials.
    """
    names = frozenset(sectors)
    for found, by in (
        (stated if stated in names else None, "table"),
        (sector_of_words(category) if category else None, "category words"),
        (sector_of_proclass(category_code) if category_code else None, "ProClass code"),
        (sector_of_sic(sic) if sic else None, "SIC code"),
    ):
        if found in names:
            return Judgement(frozenset({found}), by)
    return Judgement(names)
