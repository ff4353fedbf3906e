"""Which payments are no purchase from a supplier, and why: transfers, taxes, pay, grants, names withheld.

Rules look at the payee's name and at what the file says the money was for (its category, the beginning of its
description). They are patterns, so each excluded row carries its reason and can be looked at.
"""

from __future__ import annotations

import re
from functools import lru_cache

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

_WITHHELD = re.compile(
    r"redact|with-?held|\banonym|\bconfidential\b|\bpersonal (data|info|detail|expense)|\bname (removed|supressed|suppressed|not)|not (disclosed|published)"
    r"|\bprivate (individual|person|citizen)s?$|^(an |the )?(private )?individuals?( payee)?$|^third part(y|ies)( supplier| claimant)?s?$"
    r"|^(exempt|data protection( act)?|data protected|sensitive( data| payment)?|not for publication|various|various suppliers|sundr(y|ies)( creditors?| suppliers?)?"
    r"|one[- ]?(time|off) (vendor|supplier|payment)s?|foster(ing)? (carer|parent|allowance)s?|employees?|members? of (the )?public|service users?|clients?|tenants?"
    r"|claimants?|ndors trainer|personal|unknown|n/?a|null|none|tbc)$|\bfoi(a)? (exempt|section)|section 40\b",
    re.I,
)
_MASK = re.compile(r"[*x#.\-_?\s]{2,}", re.I)
_COMPANY = re.compile(r"\b(ltd|limited|plc|llp|cic|c\.i\.c|inc|gmbh)\b", re.I)

_PAYEE = (
    (
        "tax",
        re.compile(
            r"\bhm ?r ?c\b|h\.m\.? revenue|\bhm ?revenue\b|revenue (&|and) customs|\binland revenue\b|customs (&|and) excise|\bcollector of taxes\b|\bpaye\b",
            re.I,
        ),
    ),
    (
        "pension",
        re.compile(
            r"\b(pension|superannuation)s? (fund|scheme|authority|a/?c|account|contribution|partnership)|\bteachers'? ?pensions?\b|\bnhs pensions?\b"
            r"|\blgps\b|\blocal pensions? partnership\b|\bsuperannuation\b|^pensions?$",
            re.I,
        ),
    ),
    (
        "payroll",
        re.compile(
            r"\bnet pay\b|\bpayroll\b(?! (services?|solutions?|bureau|software|company|ltd|limited))|\b(wages|salaries)( account| control)?$",
            re.I,
        ),
    ),
    ("precept", re.compile(r"\bprecepts?\b|\(levy\)|\blevy$", re.I)),
    (
        "personal budget",
        re.compile(
            r"^\s*(direct payments?|personal budgets?|individual service funds?|carers? personal)\b(?! support)|\bprepaid financial services\b",
            re.I,
        ),
    ),
    (
        "treasury",
        re.compile(
            r"\bpublic works loans?\b|\bpwlb\b|\bmoney market\b|\bliquidity fund\b|\bdebt management (office|account)\b|\bdmadf\b|\btreasury (deposit|bill|loan)s?"
            r"|\bsterling (liquidity|fund)|^(ici|cclas?|federated|invesco|aberdeen standard|goldman sachs|blackrock).*(fund|liquidity)",
            re.I,
        ),
    ),
    ("internal", re.compile(r"^(petty cash|imprest|internal (recharge|transfer|invoice)s?|inter[- ]?account)\b", re.I)),
)
# What the money was for: anywhere in a category, at the beginning of a description.
_USES = (
    (
        "tax",
        r"(national )?non[- ]domestic rates|nndr|business rates|council tax (refund|precept|payment)s?|paye( tax)?$|national insurance|stamp duty|apprenticeship levy|rates$|c?is? ?tax",
    ),
    ("pension", r"(employers? )?(pension|superannuation)s?( fund| contributions?| costs?)|superann\w*"),
    ("payroll", r"(basic|statutory|net|gross) pay\b(?! ?ment)|salar(y|ies)\b|wages\b|employees?,? (pay|salaries|direct)|student loans?$"),
    (
        "precept",
        r"precept\w*|(waste disposal|transport|flood|drainage|magistrates|bid|passenger transport|gmita|gmwda) levy|levies$|levy$|.*\bpreceptr?\b.*",
    ),
    (
        "personal budget",
        r"(carefirst )?direct payments?\b(?! support)|personal(ised|ized)? budgets?|individual service funds?|self[- ]directed support|transfer payments",
    ),
    (
        "treasury",
        r"(loan|debt) (repayments?|interest)|(temporary|long[- ]term|short[- ]term) (loan|borrowing|investment|deposit)s?|repayment of (loan|borrowing)s?",
    ),
    ("grant", r"(?!.*(disabled facilit|dfg))(\w+[- ]){0,3}grants?\b(?! maintained| thornton)(?! thorn)|donations?\b"),
    (
        "public body",
        r"schools? budget share|third party payments (to other local authorit|to health authorit)\w*|payt?m?e?n?t?s? to other (la'?s?|local authorities)",
    ),
)
_IN_CATEGORY = tuple((reason, re.compile(rf"^(.*\W)?({pattern})", re.I)) for reason, pattern in _USES)
_AT_START = tuple((reason, re.compile(rf"^({pattern})", re.I)) for reason, pattern in _USES)
ANY_USE = "(?i)rates|nndr|tax|paye|insurance|duty|levy|levies|pension|superann|pay|salar|wage|employee|loan|precept|budget|service fund|self|transfer|debt|borrow|invest|deposit|grant|donation|third party"

# Words that only a public body's name holds …
_PUBLIC = re.compile(
    r"""\b(borough|city|county|district|parish|town|metropolitan|community|unitary|isle\ of\ \w+|islands?)\ (of\ [\w\s]+\ )?council\b
    |\b(city|borough|county)\ of\ \w+(\ \w+)?\ council\b|\bcouncils?$|\bcouncil\s*[(#,\-–/].*$|\b(mbc|bc|cbc|dc|mdc|cc|ccc|lbc|wmdc|rbc)$|\blondon\ borough\b|\b(lb|london\ boro)\ (of\ )?\w+$
    |\bcouncil\ (tax|treasurer|of\ the\ (city|borough))\b|\b(common|shire)\ council\b|\bwelsh\ government\b|\bscottish\ (government|ministers)\b
    |\bnhs\b(?!\ (shared\ business\ services\ ltd))|\bclinical\ commissioning\b|\bccg\b|\bintegrated\ care\ (board|system)\b|\bprimary\ care\ trust\b|\bpct\b|\bhospitals?\ (nhs|trust|foundation)
    |\b(foundation|hospitals?|healthcare|ambulance|mental\ health|community\ health)\b.*\b(nhs|foundation)\ (ft|trust|foundat\w*)|\bnhsft\b|\bhealth\ authority\b|\bhealth\ protection\ agency\b
    |\bpublic\ health\ england\b|\buniversity\ hospitals?\b|\bhospitals?\ (univ|foundat)\w*|\bambulance\ service\b(?!.*\b(ltd|limited)\b)
    |\bpolice\b(?!.*\b(federation|treatment|charit\w+|benevolent|ltd|limited)\b)|\bconstabulary\b|\bpcc\ for\b|\b\w*pcc\b(?!\ (of|st))|\bfire\ (&|and)\ rescue\b|\bfire\ (authority|service)s?\b(?!.*\b(ltd|limited)\b)|\bfire\ and\ civil\ defence\b
    |\bcombined\ authority\b|\bgmca\b|\b(wyca|lcrca|wmca)\b|\b(waste|passenger\ transport|transport|joint|national\ park|port\ health|harbour|internal\ drainage|probation|river)\ (disposal\ )?(authority|executive|board|trust)\b
    |\bpassenger\ transport\b|\btransport\ for\ (greater\ manchester|london|the\ north|west\ midlands|wales)\b|\bmerseytravel\b|\bnexus\ \(tyne|\bgmwda\b|\bgmpte\b
    |\b(department|dept|ministry)\.?\ (for|of)\b(?!\ hair)|\bhome\ office\b|\bcabinet\ office\b|\bforeign\ (&|and|office)|\bhm\ (treasury|courts?|prison|land|passport|government)|\bhmcts\b|\bhmcs\b|\bhmp\b
    |\b(d(clg|efra|wp|fe|fes|coms|cms|vla|vsa|csf|oh|hsc)|luhc|mhclg|dluhc|odpm|beis)\b|\b(county|crown|magistrates'?|high)\ courts?\b(?!\ (hotel|road|house|care|nursing))|\bcourts?\ (service|and\ tribunal)|\bhis\ majesty|\bher\ majesty|\bcrown\ prosecution\b|\bcrown\ estate\b
    |\benvironment\ agency\b|\bland\ registry\b|\bordnance\ survey\b|\bofsted\b|\bcare\ quality\ commission\b|\bvaluation\ office\b|\belectoral\ commission\b|\bplanning\ inspectorate\b|\bhighways\ (england|agency)\b|\bnational\ highways\b
    |\bhomes\ england\b|\bhomes\ (&|and)\ communities\ agency\b|\bnatural\ england\b|\bforestry\ (commission|england)\b|\bcoal\ authority\b|\bhealth\ (&|and)\ safety\ executive\b|\baudit\ commission\b|\bequality\ (&|and)\ human\ rights\ commission
    |\bdisclosure\ (&|and)\ barring\b|\bcriminal\ records\ bureau\b|\bdriver\ (&|and)\ vehicle\b|\bvehicle\ (&|and)\ operator\b|\binformation\ commissioner|\bcompanies\ house\b|\bregistrar\ general\b|\bgeneral\ register\ office\b
    |\bskills\ funding\ agency\b|\blearning\ (&|and)\ skills\ council\b|\bjob\ ?centre\ plus\b|\bchild\ support\ agency\b|\bintervention\ board\b|\bdefence\ (estates|infrastructure)\b|\bmet\ office\b
    |\b(primary|infants?|junior|j\ ?&\ ?i|j\ ?&\ ?i\ ?&\ ?n|high|comprehensive|secondary|c\.?\ ?(of\ )?e\.?|r\.?c\.?|catholic|community|grammar|nursery\ &\ primary|special)\ (aided\ |controlled\ |voluntary\ )?(school|primary|sch|academy)\b
    |\bprimary\ academy\b|\bacademy\ trust\b|\bmulti[- ]academy\b|\bschool\ academy\b|\bcollege\ academy\b|\bpupil\ referral\ unit\b|\bdiocesan\ board\b""",
    re.I | re.X,
)
# … and names that hold them and are none.
_NOT_PUBLIC = re.compile(
    r"""\b(ltd|limited|plc|llp|cic|c\.i\.c)\b|\bcouncil\ (for|of)\ (voluntary|community|social|ethnic|mosques|christians|churches|disabled|the\ (deaf|blind|disabled))|\bcvs\b|\bfor\ voluntary\ (service|action|sector)
    |\b(voluntary|voluntar\w+|churches?|parochial\ church|interfaith|tenants'?|youth|student|rural|mosques?|jewish|muslim|industry|fostering|chess|sports|pensioners'?|racial\ equality|arms|crafts?|design|world|british\ (sports|safety)|nursing\ council\ fees)\ (\w+\ )?council\b
    |\bcommunity\ (council|health)\ (of|for|action)\b|\bunison\b|\bunion\b|\bmuseum\b|\barmy\ cadets?\b|\bpolice\ dependants\b|\bfriends\ of\b|\b(pta|ptfa)\b|\bold\ (school|court|police)\b|\bsolicitors?\b|\bchambers\b|\bresearch\ council\ of\ norway""",
    re.I | re.X,
)
_GROUPS = re.compile(r"[#|]")
_WORD = re.compile(r"[^a-z0-9]+")


@lru_cache(maxsize=200_000)
def public_body(name: str) -> bool:
    """Whether a payee's name reads as a public body's: councils, the NHS, police, courts, ministries, schools kept by the state.

    A prior only: universities, colleges and housing associations are left among suppliers, and firms that councils own
    are told by their legal form.
    """
    text = " ".join(name.replace("’", "'").split())
    return bool(_PUBLIC.search(text)) and not _NOT_PUBLIC.search(text)


@lru_cache(maxsize=200_000)
def reason_of_payee(name: str) -> str | None:
    """Why a payee is no supplier, by the name alone; None for one that may be."""
    if withheld(name):
        return "redacted"
    for reason, pattern in _PAYEE:
        if pattern.search(name) and not (_COMPANY.search(name) and reason in ("payroll", "pension", "precept")):
            return reason
    return None


def withheld(name: str) -> bool:
    """Whether a name says that there is a payee but not which: "REDACTED PERSONAL DATA", "******", "Third party"."""
    parts = [part.strip() for part in _GROUPS.split(name)] if not _MASK.fullmatch(name) else [name]
    named = [part for part in parts if len(re.sub(r"[\W\d_]", "", part)) >= 3]
    if not named:
        return bool(_MASK.fullmatch(name.strip()))
    return all((_WITHHELD.search(part) and not _COMPANY.search(part)) or _MASK.fullmatch(part) for part in named)


@lru_cache(maxsize=200_000)
def reason_of_use(text: str, described: bool) -> str | None:
    """Why what the money was for is no purchase. `described`: the text is a description, of which only the beginning counts."""
    for reason, pattern in _AT_START if described else _IN_CATEGORY:
        if pattern.search(text):
            return reason
    return None


def same_body(body: str, payee: str) -> bool:
    """Whether a body pays itself."""
    return bool(body) and _WORD.sub("", body.lower()) == _WORD.sub("", payee.lower())
