"""Who won an award: names, numbers in registers, size, sector and postcode, each supplier once."""

from __future__ import annotations

import re
from typing import Any

from .releases import unnumbered
from .values import flag, identifier, text, uk_postcode

SUPPLIER = ("supplier", "supplier_id", "sme", "vcse", "postcode")
SIZES = {"micro": True, "small": True, "medium": True, "sme": True, "selfemployed": True, "large": False}
# What stands for a supplier where nobody won, and where somebody did but is not told.
NOBODY = re.compile(
    r"\bnot (?:yet )?(?:been )?awarded\b|\bno (?:award|supplier|bids?|tenders?)\b|^(?:unsuccessful|cancelled|withdrawn)\b", re.I
)
UNTOLD = re.compile(
    r"n/?a\b.*|none|tbc|(?:multiple|various|several) (?:\w+ )?(?:suppliers|providers|contractors|bidders|companies)\b.*", re.I
)
REGISTERED = re.compile(r"(?!GB-CFS)[A-Z]{2}-[A-Z]{2,8}-\S+")  # numbers of Contracts Finder change from notice to notice
Row = dict[str, Any]


class Aside(Exception):
    """An award that is none: the reason."""


def suppliers_of_award(award: dict[str, Any], parties: dict[str, dict[str, Any]]) -> list[Row]:
    """Columns SUPPLIER of each. The same name twice (for two lots, from two addresses) is one supplier."""
    found: dict[str, Row] = {}
    for one in award.get("suppliers", []):
        party = one | parties.get(unnumbered(one.get("id")) or "", {})
        name = one.get("name") or party.get("name") or party.get("identifier", {}).get("legalName")
        number = party_id(party)
        details = party.get("details", {})
        address = party.get("address", {})
        code = address.get("postalCode")
        row = {
            "supplier": name,
            "supplier_id": number,
            "sme": SIZES.get(str(details.get("scale", "")).lower()),
            "vcse": flag(details["vcse"]) if "vcse" in details else None,
            "postcode": uk_postcode(code) or text(code) or uk_postcode(address.get("streetAddress")),
        }
        if row["sme"] is row["vcse"] is None and not name and not number:
            continue
        known = found.setdefault((name or number or str(one.get("id"))).casefold(), row)  # some are told by their size alone
        for key, value in row.items():  # the second mention may say what the first leaves out
            known[key] = value if known[key] is None else known[key]
    return list(found.values())


def winners(suppliers: list[Row], amount: int | None, most: int) -> list[Row]:
    """The suppliers who won something and are named. Aside if nobody won, or nothing is told; ValueError if there are too many."""
    named = [one for one in suppliers if not one["supplier"] or not NOBODY.search(one["supplier"])]
    if suppliers and not named:
        raise Aside("not awarded to anybody")
    named = [one for one in named if not one["supplier"] or not UNTOLD.fullmatch(one["supplier"])]
    if not named and amount is None:
        raise Aside("names neither supplier nor value")
    if len(named) > most:
        raise ValueError(f"suppliers: got {len(named):,}, expected {most:,} at most")
    return named


def party_id(party: dict[str, Any]) -> str | None:
    """Register and number: of the identifier, else of the first further one, else the id itself if it is built that way."""
    for one in [party.get("identifier", {}), *party.get("additionalIdentifiers", [])]:
        if found := identifier(one.get("scheme"), one.get("id")):
            return found
    id = unnumbered(party.get("id"))
    return id if id and REGISTERED.fullmatch(id) else None
