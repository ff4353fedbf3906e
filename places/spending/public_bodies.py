"""Which payees' names are those of public bodies. A prior only: what it finds and misses is measured on labelled files."""

from __future__ import annotations

from functools import lru_cache

from ..suppliers.councils import with_initials_joined
from .words import pattern

_COUNCILS = r"""
    \b(borough|city|county|district|parish|town|metropolitan|unitary|common|shire|islands?) (of [\w ]+ )?council\b
    \b(city|borough|county) of \w+( \w+)? council\b
    \bcouncils?$
    \bcouncil *[(#,–/\[\-].*$
    \b(mbc|bc|cbc|dc|mdc|cc|ccc|lbc|wmdc|rbc)\b *([(#].*)?$
    ^borough of \w+
    \blondon borough\b
    \b(lb|london boro) (of )?\w+$
    \b(welsh|scottish) (government|ministers)\b
    \bcollection fund\b
"""
_HEALTH = r"""
    \bnhs\b
    \b(health|hospitals?) nh?$
    \bmental health (&|and) social c(a|ar|are)?( trust)?$
    \bclinical commissioning\b
    \bccg\b
    \bintegrated care (board|system)\b
    \bprimary care trust\b
    \bpct\b
    \b(hospitals?|hosp|mental health|health|care|ambulance)\b.*\b(nhs|foundation|nhs foundation) (ft|trust|trus|foundat\w*)\b
    \b\w+ (district|borough|city) care trust\b
    \b(teaching|university|univ|general|royal|acute) (hospitals?|hosp)\b
    \bhealth (authority|protection agency|security agency)\b
    \bpublic health (england|wales|scotland)\b
    \bambulance service\b
"""
_SAFETY = r"""
    \bpolic(e|ing)\b
    \bconstabulary\b
    \b(gm)?pcc (for|of)\b
    \bgmpcc\b
    \bfire (&|and) rescue\b
    \bfire (authority|service)s?\b
    \bprobation (trust|service|board)\b
    \bhm ?(treasury|courts?|prison|land|passport|government|inspectorate)
    \bhmcourts
    \bhm(cts|cs|p)\b
    \b(his|her) majesty'?s\b
    \b(county|crown|magistrates'?) courts?( (service|at|in) .*)?$
    \bcourts? (service|and tribunal)
    \bcrown (prosecution|estate)\b
    \bnational crime agency\b
    \byouth justice board\b
"""
_JOINT = r"""
    \bcombined authori
    \b(gmca|wyca|lcrca|wmca|gmwda|gmpte|gmita)\b
    \b(waste|transport|joint|national park|port health|harbour|river) (disposal )?(authority|executive|board)\b
    \binternal drainage\b
    \bpassenger transport\b
    \btransport for (greater manchester|london|the north|west midlands|wales)\b
    \bmerseytravel\b
"""
_STATE = r"""
    \b(department|dept|ministry)\.? (for|of) (work|education|transport|health|communities|levelling|housing|environment)
    \b(department|dept|ministry)\.? (for|of) (food|energy|justice|defence|culture)
    \bdepartment for\b
    \b(home|cabinet|foreign|met|stationery) office\b
    \b(dclg|defra|dwp|dfe|dfes|dcms|dvla|dvsa|dcsf|mhclg|dluhc|luhc|odpm|beis)\b
    \b(environment|highways|skills funding|food standards|child support|homes (&|and) communities|rural payments) agency\b
    \bland registry\b
    \bordnance survey\b
    \bofsted\b
    \b(care quality|electoral|audit|forestry|planning|equality (&|and) human rights|charity) (commission|inspectorate)\b
    \bvaluation (office|tribunal)\b
    \bnational highways\b
    \b(homes|natural|historic|sport|highways|forestry) england\b
    \bcoal authority\b
    \bhealth (&|and) safety executive\b
    \bdisclosure (&|and) barring\b
    \bcriminal records bureau\b
    \b(driver|vehicle) (&|and) (vehicle|operator)\b
    \binformation commissioner
    \bcompanies house\b
    \b(registrar general|general register office)\b
    \blearning (&|and) skills council\b
    \bjob ?centre plus\b
    \bdefence (estates|infrastructure)\b
    \btreasury solicitors?\b
    \bgovernment legal dep
"""
_SCHOOLS = r"""
    \b(primary|infants?|junior|high|comprehensive|secondary|catholic|community|grammar|special) (&? ?\w+ )?(school|primary|sch)\b
    \b(j ?& ?i|j ?& ?i ?& ?n|c\.? ?(of )?e\.?|r\.?c\.?) (&? ?\w+ )?(school|primary|sch)\b
    \bacademy?\b
    \bmulti[ -]acad
    \bpupil referral\b
"""
_PUBLIC = pattern(_COUNCILS, _HEALTH, _SAFETY, _JOINT, _STATE, _SCHOOLS)

_FIRMS = r"""
    \b(ltd|limited|plc|llp|cic|c\.i\.c|inc|co(?!-op))\b
    \bshared business services\b
    \b(hotel|nursing home|care home|solicitors llp|chambers|museum|bakery|taxis?|cars|coaches|travel)\b
"""
_CIVIC = r"""
    \bcouncil (for|of) (voluntary|community|social|ethnic|mosques|christians|churches|disabled|the (deaf|blind|disabled))
    \bcvs\b
    \bfor voluntary (service|action|sector)
    \b(voluntary|churches?|parochial church|interfaith|tenants'?|youth|student|rural)( \w+)? council\b
    \b(mosques?|jewish|muslim|fostering|chess|sports|pensioners'?)( \w+)? council\b
    \b(arms|crafts?|design|world|british|racial equality|fire chiefs|voluntary action) council\b
    \bcommunity (council|health) (of|for|action)\b
    \b(unison|union|federation|association|society|charity|charities|cadets?|benevolent|dependants|treatment centres?)\b
    \b(friends of|pta|ptfa|old (school|court|police)|sports &|out of school|after school|pre-?school|playgroup)\b
    \b(police|crime) (sports|club|now|mutual)\b
"""
_NO_ACADEMY = r"""
    \b(training|kids|dance|virtual|fitness|football|sports|stage|theatre|swim|beauty|hair) academy\b
    \b(driving|language|skills|royal|british|learning|riding|arts?|music) academy\b
    \bacademy (of|for|hotel|events?|leisure|theatre|security|training|consult\w*)\b
"""
_NOT_PUBLIC = pattern(_FIRMS, _CIVIC, _NO_ACADEMY)


@lru_cache(maxsize=200_000)
def public_body(name: str) -> bool:
    """Whether a payee's name reads as a public body's: councils, the NHS, police, courts, ministries, schools kept by the state.

    Universities, colleges and housing associations are left among suppliers; a firm that councils own is told by its
    legal form.
    """
    text = with_initials_joined(" ".join(name.replace("’", "'").split()))
    return bool(_PUBLIC.search(text)) and not _NOT_PUBLIC.search(text)
