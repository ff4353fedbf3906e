"""Which payments are no purchase from a supplier, and why: transfers, taxes, pay, grants, names withheld.

Rules look at the payee's name and at what the file says the money was for (its category, the beginning of its
description). They are patterns, so each excluded row carries its reason and can be looked at. What the money was for says
little when a firm is paid: "grants" is then the money it is paid from. So most such rules leave firms alone.
"""

from __future__ import annotations

import re
from functools import lru_cache

from .public_bodies import public_body
from .words import any_of, pattern

__all__ = ["POSSIBLE_USES", "REASONS", "is_firm", "public_body", "reason_of_payee", "reason_of_use", "same_body", "withheld"]

# Reasons in the order in which they are tried, with what each means.
REASONS = {
    "total": "a subtotal or total of other rows",
    "heading": "the headings again",
    "redacted": "the payee's name is withheld",
    "unnamed": "no payee is named",
    "tax": "paid to the tax authority, or business rates and council tax",
    "pension": "contributions to pensions",
    "payroll": "wages and salaries",
    "precept": "precepts and levies",
    "personal budget": "direct payments, personal budgets and other transfers to persons",
    "treasury": "borrowing, lending and investing",
    "grant": "grants and donations",
    "public body": "a transfer to another public body",
    "internal": "paid to the body itself",
}


# What stands for a name that is withheld: somewhere in it, or as the whole of it.
_WITHHELD = pattern(r"""
    redact|with-?held|\banonym|\bconfidential\b
    \bpersonal (data|info|details?|expenses?)\b
    \bname (removed|supp?ressed|not)\b
    not (disclosed|published|for publication)
    \bprivate (individual|person|citizen)s?$
    \bfoia? (exempt|section)
    section 40\b
""")
_NO_NAME = pattern(r"""
    (an |the )?(private )?individuals?( payee)?
    third part(y|ies)( supplier| claimant)?s?
    exempt|personal|unknown|n/?a|null|none|tbc
    data protect(ed|ion)( act)?
    sensitive( data| payment)?
    various( suppliers)?
    sundr(y|ies)( creditors?| suppliers?)?
    one[- ]?(time|off) (vendor|supplier|payment)s?
    foster(ing)? (carer|parent|allowance)s?
    employees?|service users?|clients?|tenants?|claimants?
    members? of (the )?public
    \w+ trainer
""")
_MASK = re.compile(r"[*x#.\-_?\s]{2,}", re.I)  # "******", "XXXX"
_FIRM = re.compile(r"\b(ltd|limited|plc|llp|cic|c\.i\.c|inc|gmbh)\b", re.I)

# Names that say by themselves that nothing is bought. The second value: also when the name is a firm's.
_PAYEES = (
    ("tax", True, r"""
        \bhm ?r ?c\b
        \bhm ?revenue\b
        revenue (&|and) customs
        \binland revenue\b
        customs (&|and) excise
        \bcollector of taxes\b
    """),
    ("pension", False, r"""
        \b(pension|superannuation)s? (fund|scheme|authority|a/?c|account|contribution|partnership)
        \bteachers'? ?pensions?\b
        \bnhs pensions?\b
        \blgps\b
        \b(gm|wy|tw|wm|lp|sy)pf(a)?\b
        \blife (&|and) pensions?\b
        \bsuperann\w*
        ^pensions?$
    """),
    ("payroll", False, r"""
        \bnet pay\b
        \bpayroll\b(?! (services?|solutions?|bureau|software|company))
        \b(wages|salaries)( account| control)?$
        ^(unison|gmb|gmbatu|nasuwt|unite the union|national education union)$
    """),
    ("precept", False, r"""
        \bprecepts?\b
        \(levy\)|\blevy$
    """),
    ("personal budget", True, r"""
        ^(direct payments?|personal budgets?|individual service funds?)\b(?! support)
        \bprepaid financial services\b
    """),
    ("treasury", True, r"""
        \bpublic works loans?\b
        \b(pwlb|dmadf)\b
        \bmoney market\b
        \bliquidity fund\b
        \bdebt management (office|account)\b
        \btreasury (deposit|bill|loan)s?\b
        \bsterling (liquidity|fund)
    """),
    ("internal", False, r"""
        \bpetty cash\b
        ^(imprest|internal (recharge|transfer|invoice)s?|inter[- ]?account)\b
    """),
)  # fmt: skip
_BY_NAME = tuple((reason, firms, pattern(words)) for reason, firms, words in _PAYEES)
# What the money was for: anywhere in a category, at the beginning of a description. The second value: also when a firm is paid.
_USES = (
    ("tax", False, r"""
        (national )?non[- ]domestic rates
        nndr\b|business rates
        council tax (refund|precept|payment)s?
        paye( tax)?$
        national insurance\b
        stamp duty\b
        apprenticeship levy\b
        (rent and )?rates$
        (corporation|cis?) tax\b
    """),
    ("pension", False, r"""
        (employers?'? )?(pension|superannuation)s?( fund| contributions?| costs?)\b
        superann\w*
        super[- ]?add\w* allow\w*
        avcs?\b
        add(itional)?\.? vol(untary)?\.? cont\w*
    """),
    ("payroll", False, r"""
        ((soulbury|teachers?)[ -]+)?(basic|statutory|net|gross) pay\b
        salar(y|ies)\b|wages\b
        employees?,? (pay|salaries)\b
        student loans?$
    """),
    ("precept", True, r"""
        (\w+\W+){0,2}precept\w*
        (\w+ ){0,2}(waste|transport|flood|drainage|bid|gmita|gmwda|disposal) levy\b
        lev(y|ies)$
    """),
    ("personal budget", False, r"""
        (carefirst )?direct payments?\b
        personal(ised|ized)? budgets?\b
        individual service funds?\b
        self[- ]directed support\b
        transfer payments\b
    """),
    ("treasury", False, r"""
        (loan|debt) (repayments?|interest)\b
        (temporary|long[- ]term|short[- ]term) (loan|borrowing|investment|deposit)s?\b
    """),
    ("treasury", True, r"""
        (ext(ernal)?\.? )?int(erest)?\.? (paid |payable )?((on|to) )?(money mark\w*|lobo\w*|loans?|borrowing|pwlb)\b
    """),
    ("grant", True, r"""
        grants? (to|&|and) (vol|other|outside|donation|subscription)\w*
        grants?,? to vol\w*
        grant payments?\b
        donations?\b
    """),
    ("grant", False, r"(\w+\W+){0,2}grants?\b"),
    ("public body", False, r"schools? budget share\b"),
)  # fmt: skip
_IN_CATEGORY = tuple((reason, firms, re.compile(rf"(^|.*\W)({any_of(words)})", re.I)) for reason, firms, words in _USES)
_AT_START = tuple((reason, firms, pattern(words)) for reason, firms, words in _USES)
# Purchases in spite of the word: what grants are spent on (adaptations of homes, money kept for a purpose), help with direct payments.
_PURCHASES = pattern(r"""
    disabled facilit|\bdfg\b|earmarked
    grant (related|maintained|thornton)
    direct payments? support
""")
# What any use matches, for pyarrow, which looks at no other text. The key: whether the text is a description.
_ANY_USE = any_of(*(words for _, _, words in _USES))
POSSIBLE_USES = {True: f"(?i)^({_ANY_USE})", False: f"(?i)^(|.*[^0-9A-Za-z_])({_ANY_USE})"}
_GROUPS = re.compile(r"[#|]")
_WORD = re.compile(r"[^a-z0-9]+")


@lru_cache(maxsize=200_000)
def reason_of_payee(name: str) -> str | None:
    """Why a payee is no supplier, by the name alone; None for one that may be. Public bodies are told by `public_body`."""
    if withheld(name):
        return "redacted"
    for reason, firms, words in _BY_NAME:
        if words.search(name) and (firms or not is_firm(name)):
            return reason
    return None


def withheld(name: str) -> bool:
    """Whether a name says that there is a payee but not which: "REDACTED PERSONAL DATA", "******", "Third party".

    A name beside the mask, as in "Redacted#Alston Associates", is a name.
    """
    if _MASK.fullmatch(name.strip()):
        return True
    parts = [part.strip() for part in _GROUPS.split(name)]
    named = [part for part in parts if sum(letter.isalpha() for letter in part) >= 3]
    return bool(named) and all(
        not is_firm(part) and bool(_WITHHELD.search(part) or _NO_NAME.fullmatch(part) or _MASK.fullmatch(part)) for part in named
    )


@lru_cache(maxsize=200_000)
def reason_of_use(text: str, described: bool) -> tuple[str | None, str | None]:
    """Why what the money was for is no purchase: when anybody is paid, and when no firm is.

    `described`: the text is a description, of which only the beginning counts.
    """
    text = text[:200]
    found = [(reason, firms) for reason, firms, words in (_AT_START if described else _IN_CATEGORY) if words.match(text)]
    found = [
        (reason, firms) for reason, firms in found if firms or reason not in ("grant", "personal budget") or not _PURCHASES.search(text)
    ]
    return next((reason for reason, firms in found if firms), None), next((reason for reason, _ in found), None)


@lru_cache(maxsize=200_000)
def is_firm(name: str) -> bool:
    """Whether a name ends with the legal form of a company."""
    return bool(_FIRM.search(name))


def same_body(body: str, payee: str) -> bool:
    """Whether a body pays itself."""
    return bool(body) and _WORD.sub("", body.lower()) == _WORD.sub("", payee.lower())
