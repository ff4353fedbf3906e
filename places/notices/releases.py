"""What is kept of a release: the fields that an award is read from, each of the type the standard gives it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from .values import text

OBJECTS = frozenset(
    "tender buyer identifier address details classification value contractPeriod period awardCriteria techniques bids".split()
)
LISTS = frozenset(
    "parties awards contracts lots items suppliers tenderers additionalIdentifiers additionalClassifications criteria numbers "
    "statistics roles relatedLots tag".split()
)
TEXTS = frozenset(
    "ocid id date name scheme legalName status title scale vcse postalCode streetAddress countryName amount currency startDate endDate "
    "dateSigned durationInDays procurementMethod procurementMethodDetails numberOfTenderers hasFrameworkAgreement "
    "hasDynamicPurchasingSystem type description number weight measure relatedLot awardID".split()
)
OF_TEXTS = frozenset(["roles", "relatedLots", "tag"])  # lists of texts; all others hold objects
LONGEST_LIST = 10_000
ESSENTIAL = frozenset("parties awards suppliers value tender date".split())


class Flaw(ValueError):
    """A release that cannot be read: which field, and why."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field, self.reason = field, reason


def trimmed(release: Any) -> dict[str, Any]:
    """The release with nothing but the fields named above, in their types, so that merging meets no surprises.

    A field of another type is left out; Flaw if it is one that matters, or if the release has no ocid.
    """
    if not isinstance(release, dict):
        raise Flaw("release", f"got {kind_of(release)}, expected an object")
    if not isinstance(release.get("ocid"), str) or not release["ocid"].strip():
        raise Flaw("ocid", "missing, so that nobody can say which releases belong together" if "ocid" not in release else "not a text")
    kept = _object(release, "")
    for key in ("awards", "contracts", "parties"):
        for position, one in enumerate(kept.get(key, ())):
            for people in ("suppliers", "tenderers"):
                _distinct(one.get(people, []), by="name")
            one.setdefault("id", f"#{position}")
    _distinct(kept.get("awards", []))
    return kept


def _object(value: dict[str, Any], path: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, inner in value.items():
        where = f"{path}{key}"
        if inner is None:
            continue
        if where == "bids.statistics.value":  # a count, where all other values are sums of money
            found[key] = text(inner)
        elif key in OBJECTS and isinstance(inner, dict):
            found[key] = _object(inner, where + ".")
        elif key in LISTS and isinstance(inner, list):
            found[key] = _list(inner, key, where)
        elif where == "bids.details":
            found["offers"] = _list(inner, "tenderers", where) if isinstance(inner, list) else []
        elif key in TEXTS and isinstance(inner, str | int | float | Decimal | bool):
            found[key] = inner if isinstance(inner, bool) and key != "id" else text(str(inner))
        elif key in ESSENTIAL and key in OBJECTS | LISTS | TEXTS:
            expected = "an object" if key in OBJECTS else "a list" if key in LISTS else "a text"
            raise Flaw(where, f"got {kind_of(inner)}, expected {expected}")
    return {key: inner for key, inner in found.items() if inner is not None}


def _list(values: list[Any], key: str, where: str) -> list[Any]:
    if len(values) > LONGEST_LIST:
        raise Flaw(where, f"holds {len(values):,}, expected {LONGEST_LIST:,} at most")
    if key in OF_TEXTS:
        return [found for value in values if (found := text(value))]
    if key in ESSENTIAL and (odd := [value for value in values if not isinstance(value, dict)]):
        raise Flaw(where, f"holds {kind_of(odd[0])}, expected objects")
    return [_object(value, where + ".") for value in values if isinstance(value, dict)]


def _distinct(values: list[dict[str, Any]], by: str | None = None) -> None:
    """Merging takes objects with one id for one and the same. Where a publisher gives several the same id, they are numbered."""
    seen: dict[str, dict[Any, int]] = {}
    for value in values:
        if "id" not in value:
            continue
        others = seen.setdefault(value["id"], {})
        place = others.setdefault(value.get(by) if by else len(others), len(others))
        if place > 0:
            value["id"] = f"{value['id']}#{place + 1}"


def unnumbered(id: str | None) -> str | None:
    """The id as published."""
    return id.split("#")[0] or None if id else None


def kind_of(value: Any) -> str:
    """What a value of JSON is, without saying it: a text may be somebody's name."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, str):
        return "a text"
    return "nothing" if value is None else "yes or no" if isinstance(value, bool) else "a number"
