"""Tenders out of a process: one row for each lot, with what its award criteria weigh."""

from __future__ import annotations

from typing import Any

from .criteria import criteria_of, weights
from .process import Process, life
from .values import pence


def tender_rows(process: Process) -> list[dict[str, Any]]:
    """The lots of a tender, without file and row. A value that cannot be read is null: nothing was spent yet."""
    tender = process.tender
    lots = process.lots or [{}]
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
                "ocid": process.ocid,
                "lot": lot.get("id"),
                "lots": len(process.lots),
                "buyer": process.buyer[0],
                "pence": amount,
                "currency": value.get("currency") if amount is not None else None,
                "months": life(lot.get("contractPeriod"), tender.get("contractPeriod"))[2],
                "procedure": process.procedure,
                "framework": process.framework(),
                "price_weight": weight.price,
                "quality_weight": weight.quality,
                "social_weight": weight.social,
                "weights": weight.told,
            }
        )
    return rows
