"""Awards out of a process: one row for each award and supplier, the value of the whole award on each."""

from __future__ import annotations

from typing import Any

from .contracts import signed, title_of, value_of
from .process import Process
from .releases import unnumbered
from .suppliers import SUPPLIER, Aside, Row, suppliers_of_award, winners
from .values import day, pence

SUMMED = "value of an award taken as the sum of its contracts"
UNSUMMED = "value of an award not taken: not all of its contracts tell theirs in one currency"
ENDED = ("cancelled", "unsuccessful", "pending")


def award_rows(process: Process, award: dict[str, Any], most: int) -> list[Row]:
    """The rows of one award, without file and row. Aside if nothing was awarded; ValueError if it cannot be read."""
    if award.get("status") in ENDED:
        raise Aside(f"award {award['status']}")
    id = unnumbered(award["id"])
    contracts = process.contracts.get(id or "", [])
    value = award.get("value", {})
    amount, currency = pence(value.get("amount")), value.get("currency")
    if amount is None:
        amount, currency = value_of(contracts)
        if len(contracts) > 1:
            process.notes[SUMMED if amount is not None else UNSUMMED] += 1
    suppliers = winners(suppliers_of_award(award, process.parties), amount, most)
    lots = process.lots_of(award)
    start, end, months = process.life(award, contracts, lots)
    weight = process.weights(lots)
    buyer, buyer_id = process.buyer
    common: Row = {
        "ocid": process.ocid,
        "award": id,
        "buyer": buyer,
        "buyer_id": buyer_id,
        "title": award.get("title") or title_of(contracts) or process.tender.get("title"),
        "suppliers": len(suppliers),
        "pence": amount,
        "currency": currency if amount is not None else None,
        "date": day(award.get("date")) or signed(contracts),  # a contract details notice gives only the latter
        "start": start,
        "end": end,
        "months": months,
        "procedure": process.procedure,
        "framework": process.framework(award.get("title"), len(suppliers)),
        "lots": len(process.lots) or None,
        "cpv": process.cpv(award, lots),
        "bidders": process.bidders(award.get("relatedLots", [])),
        "price_weight": weight.price,
        "quality_weight": weight.quality,
        "social_weight": weight.social,
    }
    return [{**common, **one} for one in suppliers or [dict.fromkeys(SUPPLIER)]]
