"""A contracting process: a merged release with all that its awards look up in it, each looked up once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import cached_property
from typing import Any

from .contracts import period_of
from .criteria import Weights, criteria_of, weights
from .procedures import framework, procedure
from .suppliers import party_id
from .values import cpv, day, months_between, months_of_days

Object = dict[str, Any]
MEASURES = ("validBids", "bids", "tenders")  # of the publisher's counts the one that tells most


class Process:
    """Of one ocid. Lots are those of the tender, one without an id if it has none."""

    def __init__(self, release: Object) -> None:
        self.release = release
        self.ocid: str = release["ocid"]
        self.tender: Object = release.get("tender", {})
        self.parties: dict[str, Object] = {party["id"]: party for party in release.get("parties", [])}
        self.lots: list[Object] = self.tender.get("lots", [])
        self.notes: Counter[str] = Counter()

    @cached_property
    def buyer(self) -> tuple[str | None, str | None]:
        """Name and number in a register."""
        buyer = self.release.get("buyer") or next((one for one in self.parties.values() if "buyer" in one.get("roles", [])), {})
        party = buyer | self.parties.get(buyer.get("id", ""), {})
        return buyer.get("name") or party.get("name"), party_id(party)

    @cached_property
    def procedure(self) -> str | None:
        return procedure(self.tender.get("procurementMethod"), self.tender.get("procurementMethodDetails"))

    def framework(self, title: str | None = None, suppliers: int = 0) -> bool | None:
        """Whether an award of this title to so many suppliers sets up a framework."""
        words = (title, self.tender.get("title"), self.tender.get("description"))
        return framework(self.tender.get("techniques"), self.tender.get("procurementMethodDetails"), words, suppliers)

    @cached_property
    def contracts(self) -> dict[str, list[Object]]:
        """The contracts signed on each award, but for those that were cancelled."""
        found: dict[str, list[Object]] = {}
        for one in self.release.get("contracts", []):
            if "awardID" in one and one.get("status") != "cancelled":
                found.setdefault(one["awardID"], []).append(one)
        return found

    # -- lots ------------------------------------------------------------------------------------------------------

    @cached_property
    def lots_by_id(self) -> dict[str, Object]:
        return {lot["id"]: lot for lot in self.lots if "id" in lot}

    def lots_of(self, award: Object) -> list[Object] | None:
        """The lots an award is of; None if that is not told, or if it is all of them."""
        mine = [self.lots_by_id[id] for id in award.get("relatedLots", []) if id in self.lots_by_id]
        return mine or None

    def weights(self, lots: list[Object] | None) -> Weights:
        """What award criteria weigh, if all these lots (all lots of the tender if None) tell the same."""
        if lots is None:
            return self._all_weights
        return _common({weights(criteria_of(lot)) for lot in lots}, self.tender)

    @cached_property
    def _all_weights(self) -> Weights:
        return _common({weights(criteria_of(lot)) for lot in self.lots}, self.tender)

    def life(self, award: Object, contracts: list[Object], lots: list[Object] | None) -> tuple[date | None, date | None, float | None]:
        """First and last day and months, of the award, its contracts, its lots or the tender: the first that tells."""
        own = life(award.get("contractPeriod"), period_of(contracts))
        if own[2] is not None:
            return own
        rest = self._lots_life if lots is None else life(*(lot.get("contractPeriod") for lot in lots), self.tender.get("contractPeriod"))
        return rest if rest[2] is not None or own == (None, None, None) else own

    @cached_property
    def _lots_life(self) -> tuple[date | None, date | None, float | None]:
        return life(*(lot.get("contractPeriod") for lot in self.lots), self.tender.get("contractPeriod"))

    # -- classification and competition ----------------------------------------------------------------------------

    def cpv(self, award: Object, lots: list[Object] | None) -> str | None:
        """Of the award's own items, the tender, or the items of its lots."""
        items = (item for lot in lots or () for item in self._items.get(lot.get("id"), ()))
        return next(_codes(*award.get("items", []), self.tender), None) or next(_codes(*items), self._first_code if lots is None else None)

    @cached_property
    def _items(self) -> dict[str | None, list[Object]]:
        found: dict[str | None, list[Object]] = {}
        for item in self.tender.get("items", []):
            found.setdefault(item.get("relatedLot"), []).append(item)
        return found

    @cached_property
    def _first_code(self) -> str | None:
        return next(_codes(*self.tender.get("items", [])), None)

    def bidders(self, lots: list[str]) -> int | None:
        """How many offered: as counted by the publisher for this lot or for all, else the tenderers named. None if nothing is told."""
        for measure in MEASURES:
            told = (
                [count for lot in lots for count in self._counts.get((measure, lot), ())] if lots else self._counts.get((measure, None), [])
            )
            if len(told) == 1:
                return told[0]
        if (count := _count(self.tender.get("numberOfTenderers"))) is not None:
            return count
        return self._named if not lots else len(self._tenderers.union(*(self._offers.get(lot, ()) for lot in (None, *lots)))) or None

    @cached_property
    def _counts(self) -> dict[tuple[str, str | None], list[int]]:
        """Counts by measure and lot, those of all lots under None."""
        found: dict[tuple[str, str | None], list[int]] = {}
        for one in self.release.get("bids", {}).get("statistics", []):
            if (count := _count(one.get("value"))) is not None:
                found.setdefault((one.get("measure", ""), None), []).append(count)
                for lot in {one.get("relatedLot"), *one.get("relatedLots", [])} - {None}:
                    found.setdefault((one.get("measure", ""), lot), []).append(count)
        return found

    @cached_property
    def _tenderers(self) -> set[str]:
        return _names(self.tender)

    @cached_property
    def _offers(self) -> dict[str | None, set[str]]:
        """Who offered, by lot, those that name no lot under None."""
        found: dict[str | None, set[str]] = {}
        for offer in self.release.get("bids", {}).get("offers", []):
            for lot in offer.get("relatedLots") or [None]:
                found.setdefault(lot, set()).update(_names(offer))
        return found

    @cached_property
    def _named(self) -> int | None:
        return len(self._tenderers.union(*self._offers.values())) or None


def life(*periods: Object | None) -> tuple[date | None, date | None, float | None]:
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


def _common(found: set[Weights], tender: Object) -> Weights:
    """The one that is told; of the tender as a whole if lots tell none."""
    told = found - {Weights()} or {weights(criteria_of(tender))}
    return told.pop() if len(told) == 1 else Weights(told="differ between lots")


def _count(value: Any) -> int | None:
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 6 and int(value) > 0 else None


def _names(holder: Object) -> set[str]:
    return {name for one in holder.get("tenderers", []) if (name := one.get("id") or one.get("name"))}


def _codes(*holders: Object) -> Iterator[str]:
    for holder in holders:
        for one in [holder.get("classification", {}), *holder.get("additionalClassifications", [])]:
            if one.get("scheme") in ("CPV", None) and (code := cpv(one.get("id"))):
                yield code
