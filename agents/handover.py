"""Handovers: services that belong together cost their buyer extra where they are in several hands (mechanism 12, integration).

Users of one service are users of the next of its sector; where another provider runs that, someone must pass people, data and
work across. The buyer pays for it, in-house as elsewhere; whoever runs both has nothing to pass on.
"""

from __future__ import annotations

from collections import defaultdict
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
            whole = 0.0
            held: defaultdict[int, float] = defaultdict(float)  # by provider
            for c, size in contracts:
                whole += size
                held[c.provider.row] += size
            if len(held) == 1:
                continue
            for c, size in contracts:
                elsewhere = 1.0 - held[c.provider.row] / whole
                cost = round(p.handover_cost * c.undertaking.service.complexity * elsewhere * 12.0 * size)
                c.beyond += cost
                total += cost
        if total:
            model.ledger.post(buyer.account, model.nation.economy, HANDOVER, total)
            buyer.note_extra(total)
            model.tally("transaction_cost", total, buyer)


def by_sector(buyer: Any) -> dict[str, list[tuple[Any, float]]]:
    """A commissioner's running contracts by the sector of their service, each with its reference cost."""
    found: dict[str, list[tuple[Any, float]]] = {}
    for duty in buyer.undertakings:
        for contract in duty.operating:
            found.setdefault(duty.service.sector, []).append((contract, duty.reference * contract.share))
    return found
