"""Tenders out of a merged release: one row for each lot, with what its award criteria weigh."""

from __future__ import annotations

from typing import Any

from .awards import buyer_of, life
from .criteria import criteria_of, weights
from .procedures import framework, procedure
from .values import pence


def tender_rows(release: dict[str, Any]) -> list[dict[str, Any]]:
    """The lots of a tender, without file and row. A value that cannot be read is null: nothing was spent yet."""
    tender = release["tender"]
    lots = tender.get("lots") or [{}]
    buyer, _ = buyer_of(release, {party["id"]: party for party in release.get("parties", [])})
    rows = []
    for lot in lots:
        weight = weights(criteria_of(lot) or criteria_of(tender))
        value = lot.get("value") or (tender.get("value", {}) if len(lots) == 1 else {})
        try:
            amount = pence(value.get("amount"))
        except ValueError:
            amount = None
        rows.append(
            {
                "ocid": release["ocid"],
                "lot": lot.get("id"),
                "lots": len(tender.get("lots", [])),
                "buyer": buyer,
                "pence": amount,
                "currency": value.get("currency") if amount is not None else None,
                "months": life(lot.get("contractPeriod"), tender.get("contractPeriod"))[2],
                "procedure": procedure(tender.get("procurementMethod"), tender.get("procurementMethodDetails")),
                "framework": framework(tender.get("techniques"), tender.get("procurementMethodDetails"), (), 0),
                "price_weight": weight.price,
                "quality_weight": weight.quality,
                "social_weight": weight.social,
                "weights": weight.told,
            }
        )
    return rows
