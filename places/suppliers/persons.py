"""Whether a supplier's name reads as a person's, so that it can be replaced before anything is written.

No register says which suppliers are persons, so this errs towards hiding: a firm that trades under a bare personal name
("Harold Cooper") is hidden like the person it may be. A name with a legal form, or with a word of an organisation, is not.
"""

from __future__ import annotations

import re
from functools import lru_cache

from .councils import with_initials_joined
from .given_names import GIVEN_NAMES
from .names import TITLES, known_names, legal_form, plain_words

_ADDITION = re.compile(r"\s*[(\[;:]|\s+[-–—]\s+|\s+c/o\s", re.IGNORECASE)
_OF_COMPANIES = frozenset("uk europe international group holdings".split())  # "Arthur Bird (UK)"
_HYPHEN = re.compile(r"(?<=\w)-(?=\w)")  # "Hartley-Bird" is one surname, "Ann-Marie" one given name
_DOTTED = re.compile(r"(?<![^\W\d_])([^\W\d_])\.(?=[^\W\d_])")  # the initials of "J.R.Hartley"

# Words that a person's name does not hold but an organisation's does; written looking at the half for making rules.
ORGANISATION_WORDS = frozenset(
    """
    academies academy account accountancy accountants accounts advice advisers advisory advocacy advocates agencies agency
    agent agents aid alliance ambulance and architects architecture archive art arts assessments assoc associates association
    at auctions authority auto automotive autos bakery band bank bar barristers board body books borough boutique brewery
    bros brothers builders building buildings bureau bus buses business butchers cab cabins cabs cafe campus capital car
    care career carer carers carpentry carpets cars cars cash caterers catering cathedral cattery ce center centre centres
    chamber chambers chapel charitable charity chemist chemists child childcare children childrens childminder childminding
    choir church cinema circus city clean cleaning clinic close clothing club co coaches coaching coal college colleges
    commercial commission committee communications community companies company computers computing concrete conference
    constabulary construction consultancy consultant consultants consulting contracting contractor contractors contracts cooperative
    corp corporation cottage council counselling county court cp creative cricket crematorium dance data day decor
    decorating decorators delivery demolition dental dept department design designs developments digital direct diocese district
    drainage drains drama driving eat education educational electric electrical electricals electronics employment
    energy engineering engineers enterprise enterprises entertainment entertainments environmental equipment excavations estate estates
    europe event events express fabrications family farm farms federation fees fencing film films finance financial fire
    fitness flooring floors florist florists flowers food foods football for force forum foster fostering foundation framing
    fuel fuels fund funeral furniture gallery games garage garages garden gardeners gardening gardens gas ge general glass
    glazing global golf government grammar grange green group groups guest gym hall haulage health healthcare heat
    heating help high hire hm hmrc holdings holiday home homecare homes horticulture hospice hospital hospitals hostel hotel
    hotels house housing hub improvements in inc independent industrial industries inflatables information infant infants
    inn inspection institute insurance interiors international interpreting ironmongers it joinery joiners junior kennels
    kids kitchen kitchens lab laboratories laboratory labour lake land landscape landscapes landscaping lane language law
    league learning leisure lettings library life lift lifts lighting limited local locks locksmith locksmiths lodge london ltd machinery
    magazine maintenance management manor market marketing mbc meadow media mediation medical mencap mind ministry minibuses
    mission motor motoring motors mower museum music national network news newsagents newsletter newspaper nhs nurseries nursery
    nursing of office offices on online opera optical opticians orchestra organisation outreach owner packaging painters
    painting parish park parking partners partnership partnerships pest pharmacy phone photo photographer photographers photographic
    photography pictures pipe place plan plant plants playgroup plumbers plumbing plus police pool post practice pre preschool
    press primary print printers printing printmaking private pro production productions products professional project projects
    promotions properties property psychologist psychology pub public publications publisher publishers publishing radio
    railway recovery recruitment recycling redacted re refrigeration refurbishment regional registrar removals rental
    rentals repair repairs rescue research residential resource resources restaurant retail retirement riding road roofing
    rooms royal rugby safety sale sales salon saint savings school schools science scout scouts secondary security self
    service services sheltered shop shopping signs sixth social society software solicitors solutions son sons sound
    specialist specialists sport sports square st staff station stationers stationery steel store stores street students
    studio studios superstore supplies supply support surgery surveyors surveys systems tackle tax taxi taxis team tech
    technical technologies technology telecom tennis test testing textiles the theatre therapy tiles timber to tools tour
    tours town toys trade trader trading trail training trainers transport travel tree trees trust trustees tutor tutoring
    tuition tv tyre tyres uk union united university upholstery urban vehicle vehicles venture ventures veterinary vets view
    village vision voluntary volunteer volunteers walk warehouse waste water watersports web website welding welfare windows with women
    womens wood woodland works workshop workshops world yard ymca young youth zone zoo
    """.split()
)


def looks_like_person(name: str) -> bool:
    """Whether a name, or one of the names in "X trading as Y", reads as a person's and none of them as a company's.

    True for "Mrs A Bird", "Kayleigh Burke", "Ann-Marie Burke", "J R Hartley", "Patel, S", "Gordon Alston t/a Alston Associates";
    False for "Hugh James Ltd", "W Craven & Son", "Jane Thompson Education Consultancy", "Trafford M B C". A row that gives a
    company number is a company's whatever its name: ask that first.
    """
    return bool(_personal_parts(name))


def persons_named(name: str) -> tuple[str, ...]:
    """The persons' own names in a name that looks like a person's, without trading names and additions.

    ("Mr Peter Pan",) for "Mr Peter Pan trading as Pan Taxis", ("Dr Peter Jones",) for "Dr Peter Jones (Locum)"; none for a firm's name.
    """
    return tuple(map(_without_addition, _personal_parts(name)))


@lru_cache(maxsize=200_000)
def _personal_parts(name: str) -> tuple[str, ...]:
    parts = known_names(name)
    return () if any(map(legal_form, parts)) else tuple(part for part in parts if _is_personal(part) or _is_personal_before(part))


def _is_personal_before(name: str) -> bool:
    """Whether a name reads as a person's up to a bracket or a dash: "Hartley, J R (Leeds)"; before a trade only one with a given name."""
    before = _ADDITION.split(name)[0]
    if before == name or not _is_personal(before):
        return False
    words = plain_words(name)
    return ORGANISATION_WORDS.isdisjoint(words) or (_OF_COMPANIES.isdisjoint(words) and not GIVEN_NAMES.isdisjoint(plain_words(before)))


def _without_addition(name: str) -> str:
    """A person's name before a bracket, a dash or the first word of a trade, where that is a name by itself."""
    before = _ADDITION.split(name)[0]
    if before != name and any(len(word) > 1 for word in _untitled(before)) and _is_personal(before):
        name = before
    words = name.split()
    bare = [_HYPHEN.sub("", word) for word in words]  # "Hartley-Green" is no trade
    trade = next((at for at, word in enumerate(bare) if not ORGANISATION_WORDS.isdisjoint(plain_words(word))), len(words))
    before = " ".join(words[:trade])
    return before if trade < len(words) and len(_untitled(before)) > 1 and _is_personal(before) else name


def _untitled(name: str) -> list[str]:
    return [word for word in plain_words(name) if word not in TITLES]


def _is_personal(name: str) -> bool:
    if any(letter.isdigit() for letter in name) or "@" in name:
        return False
    if name.count(",") == 1 and len(plain_words(_HYPHEN.sub("", name.split(",")[0]))) <= 2:  # surname first
        name = " ".join(reversed(name.split(",")))
    words = plain_words(_HYPHEN.sub("", name))
    titled = len(words) > 1 and words[0] in TITLES
    while len(words) > 1 and (words[0] in TITLES or (titled and words[0] == "and")):  # "Mr & Mrs Bird"
        words = words[1:]
    if titled:
        return _after_title(words)
    if any(word in ORGANISATION_WORDS for word in words) or with_initials_joined(name) != name:
        return False
    words = plain_words(_DOTTED.sub(r"\1. ", _HYPHEN.sub("", name)))
    if not 2 <= len(words) <= 4:
        return False
    if words[0] in GIVEN_NAMES or _is_double_given(name):
        return len(words[-1]) > 1 or len(words) == 2
    return _initials_and_surname(words) or _initials_and_surname(words[::-1])


def _is_double_given(name: str) -> bool:
    """Whether the first word of a name is several with hyphens between them, the first a given name and none an organisation's."""
    parts = next(filter(None, map(plain_words, name.split())), ())
    return len(parts) > 1 and parts[0] in GIVEN_NAMES and ORGANISATION_WORDS.isdisjoint(parts[1:])


def _after_title(words: tuple[str, ...]) -> bool:
    """After "Mr" or "Dr" a given name or an initial may be followed by a trade; anything else must be bare of one."""
    if "and" in words or "partners" in words:  # a practice
        return False
    if words[0] in GIVEN_NAMES or (len(words[0]) == 1 and len(words) > 1 and words[1] not in ORGANISATION_WORDS):
        return True
    return len(words) <= 4 and not any(word in ORGANISATION_WORDS for word in words)


def _initials_and_surname(words: tuple[str, ...]) -> bool:
    """One to three initials and one surname: "J R Hartley"."""
    return all(len(word) == 1 for word in words[:-1]) and len(words[-1]) >= 3
