"""Handovers: services that belong together cost their buyer extra where they are in several hands (mechanism 12, integration).

Users of one service are users of the next of its sector; where another provider runs that, someone must pass people, data and
work across. The buyer pays for it, in-house as elsewhere; whoever runs both has nothing to pass on.
"""

from __future__ import annotations

from math import fsum
from typing import Any

from ..model.ledger import HANDOVER


def year(model: Any) -> None:
    """Every commissioner pays a year's handovers between the services of one sector."""
    if not model.scenario.switches.integration:
        return
    p = model.scenario.parameters
    for buyer in model.commissioners:
        total = 0
        for contracts in by_sector(buyer).values():
            whole = fsum(c.reference for c in contracts)
            held: dict[int, float] = {}
            for c in contracts:
                held[c.provider.row] = held.get(c.provider.row, 0.0) + c.reference
            for c in contracts if len(held) > 1 else ():
                elsewhere = 1.0 - held[c.provider.row] / whole
                cost = round(p.handover_cost * c.undertaking.service.complexity * elsewhere * 12.0 * c.reference)
                c.beyond += cost
                total += cost
        if total:
            model.ledger.post(buyer.account, model.nation.economy, HANDOVER, total)
            buyer.note_extra(total)
            model.tally("transaction_cost", total, buyer)


def by_sector(buyer: Any) -> dict[str, list[Any]]:
    """A commissioner's running contracts by the sector of their service."""
    found: dict[str, list[Any]] = {}
    for duty in buyer.undertakings:
        if duty.operating:
            found.setdefault(duty.service.sector, []).extend(duty.operating)
    return found
