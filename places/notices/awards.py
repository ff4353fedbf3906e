"""Awards out of a merged release: one row for each award and supplier, the value of the whole award on each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from .criteria import Weights, criteria_of, weights
from .procedures import framework, procedure
from .releases import unnumbered
from .values import cpv, day, flag, identifier, months_between, months_of_days, pence, text, uk_postcode

SIZES = {"micro": True, "small": True, "medium": True, "sme": True, "selfemployed": True, "large": False}
# What stands for a supplier where nobody won, and where somebody did but is not told.
NOBODY = re.compile(
    r"\bnot (?:yet )?(?:been )?awarded\b|\bno (?:award|supplier|bids?|tenders?)\b|^(?:unsuccessful|cancelled|withdrawn)\b", re.I
)
UNTOLD = re.compile(
    r"n/?a\b.*|none|tbc|(?:multiple|various|several) (?:\w+ )?(?:suppliers|providers|contractors|bidders|companies)\b.*", re.I
)
REGISTERED = re.compile(r"(?!GB-CFS)[A-Z]{2}-[A-Z]{2,8}-\S+")  # numbers of Contracts Finder change from notice to notice
ENDED = ("cancelled", "unsuccessful", "pending")
SUPPLIER = ("supplier", "supplier_id", "sme", "vcse", "postcode")
Row = dict[str, Any]


class Aside(Exception):
    """An award that is none: the reason."""


def award_rows(release: dict[str, Any], award: dict[str, Any], most: int) -> list[Row]:
    """The rows of one award of a merged release, without file and row. Aside if nothing was awarded; ValueError if it cannot be read."""
    if award.get("status") in ENDED:
        raise Aside(f"award {award['status']}")
    tender = release.get("tender", {})
    parties = {party["id"]: party for party in release.get("parties", [])}
    suppliers = _suppliers(award, parties)
    value = award.get("value", {})
    amount = pence(value.get("amount"))
    contract: Row = next((one for one in release.get("contracts", []) if (one.get("awardID") or "") == unnumbered(award["id"])), {})
    if amount is None and contract:
        value = contract.get("value", {})
        amount = pence(value.get("amount"))
    suppliers = winners(suppliers, amount, most)
    lots = _lots(award, tender)
    start, end, months = life(
        award.get("contractPeriod"), contract.get("period"), *(lot.get("contractPeriod") for lot in lots), tender.get("contractPeriod")
    )
    weight = award_weights(lots, tender)
    buyer, buyer_id = buyer_of(release, parties)
    common: Row = {
        "ocid": release["ocid"],
        "award": unnumbered(award.get("id")),
        "buyer": buyer,
        "buyer_id": buyer_id,
        "title": award.get("title") or tender.get("title"),
        "suppliers": len(suppliers),
        "pence": amount,
        "currency": value.get("currency") if amount is not None else None,
        "date": day(award.get("date")),
        "start": start,
        "end": end,
        "months": months,
        "procedure": procedure(tender.get("procurementMethod"), tender.get("procurementMethodDetails")),
        "framework": framework(
            tender.get("techniques"),
            tender.get("procurementMethodDetails"),
            (award.get("title"), tender.get("title"), tender.get("description")),
            len(suppliers),
        ),
        "lots": len(tender["lots"]) if tender.get("lots") else None,
        "cpv": _cpv(award, tender, lots),
        "bidders": bidders(release, award.get("relatedLots", [])),
        "price_weight": weight.price,
        "quality_weight": weight.quality,
        "social_weight": weight.social,
    }
    return [{**common, **one} for one in suppliers or [dict.fromkeys(SUPPLIER)]]


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


def _suppliers(award: dict[str, Any], parties: dict[str, dict[str, Any]]) -> list[Row]:
    """Who won, each once: the same name twice (for two lots, from two addresses) is one supplier."""
    found: dict[str, Row] = {}
    for one in award.get("suppliers", []):
        party = one | parties.get(unnumbered(one.get("id")) or "", {})
        name = one.get("name") or party.get("name") or party.get("identifier", {}).get("legalName")
        number = party_id(party)
        details = party.get("details", {})
        address = party.get("address", {})
        row = {
            "supplier": name,
            "supplier_id": number,
            "sme": SIZES.get(str(details.get("scale", "")).lower()),
            "vcse": flag(details["vcse"]) if "vcse" in details else None,
            "postcode": uk_postcode(address.get("postalCode"))
            or text(address.get("postalCode"))
            or uk_postcode(address.get("streetAddress")),
        }
        if row["sme"] is row["vcse"] is None and not name and not number:
            continue
        known = found.setdefault((name or number or str(one.get("id"))).casefold(), row)  # some are told by their size alone
        for key, value in row.items():  # the second mention may say what the first leaves out
            known[key] = value if known[key] is None else known[key]
    return list(found.values())


def party_id(party: dict[str, Any]) -> str | None:
    """Register and number: of the identifier, else of the first further one, else the id itself if it is built that way."""
    for one in [party.get("identifier", {}), *party.get("additionalIdentifiers", [])]:
        if found := identifier(one.get("scheme"), one.get("id")):
            return found
    id = unnumbered(party.get("id"))
    return id if id and REGISTERED.fullmatch(id) else None


def buyer_of(release: dict[str, Any], parties: dict[str, dict[str, Any]]) -> tuple[str | None, str | None]:
    buyer = release.get("buyer", {})
    if not buyer:
        buyer = next((one for one in release.get("parties", []) if "buyer" in one.get("roles", [])), {})
    party = buyer | parties.get(buyer.get("id", ""), {})
    return buyer.get("name") or party.get("name"), party_id(party)


def life(*periods: dict[str, Any] | None) -> tuple[date | None, date | None, float | None]:
    """First and last day and months of the first period that tells how long it is; else the first day that is told."""
    first: tuple[date | None, date | None, float | None] = (None, None, None)
    for period in periods:
        if not period:
            continue
        start, end = day(period.get("startDate")), day(period.get("endDate"))
        months = months_between(start, end)
        if months is None:
            months = months_of_days(period.get("durationInDays", 0))
        if months is not None:
            return start, end, months
        if first == (None, None, None):
            first = (start, end, None)
    return first


def award_weights(lots: list[dict[str, Any]], tender: dict[str, Any]) -> Weights:
    """The weights that all lots of the award share; none told if they differ."""
    found = {weights(criteria_of(lot)) for lot in lots} - {Weights()} or {weights(criteria_of(tender))}
    return next(iter(found)) if len(found) == 1 else Weights(told="differ between lots")


def bidders(release: dict[str, Any], lots: list[str]) -> int | None:
    """How many offered: as counted by the publisher for these lots or for all, else the tenderers named. None if nothing is told."""
    bids = release.get("bids", {})
    for measure in ("validBids", "bids", "tenders"):
        told = [one for one in bids.get("statistics", []) if one.get("measure") == measure and _count(one.get("value")) is not None]
        mine = [one for one in told if {one.get("relatedLot"), *one.get("relatedLots", [])} & set(lots)] if lots else told
        if len(mine) == 1:
            return _count(mine[0]["value"])
    tender = release.get("tender", {})
    if (count := _count(tender.get("numberOfTenderers"))) is not None:
        return count
    named = {(one.get("id") or one.get("name")) for one in tender.get("tenderers", [])}
    offers = [one for one in bids.get("offers", []) if not lots or not one.get("relatedLots") or set(lots) & set(one["relatedLots"])]
    for offer in offers:
        named |= {(one.get("id") or one.get("name")) for one in offer.get("tenderers", [])}
    return len(named - {None}) or None


def _count(value: Any) -> int | None:
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 6 and int(value) > 0 else None


def _lots(award: dict[str, Any], tender: dict[str, Any]) -> list[dict[str, Any]]:
    lots = tender.get("lots", [])
    mine = [lot for lot in lots if lot.get("id") in award.get("relatedLots", [])]
    return mine or lots


def _cpv(award: dict[str, Any], tender: dict[str, Any], lots: list[dict[str, Any]]) -> str | None:
    ids = {lot.get("id") for lot in lots}
    items = [*award.get("items", []), *(item for item in tender.get("items", []) if item.get("relatedLot") in ids)]
    return next(_codes(*award.get("items", []), tender, *items), None)


def _codes(*holders: dict[str, Any]) -> Iterator[str]:
    for holder in holders:
        for one in [holder.get("classification", {}), *holder.get("additionalClassifications", [])]:
            if one.get("scheme") in ("CPV", None) and (code := cpv(one.get("id"))):
                yield code
