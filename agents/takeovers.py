"""Large providers buy small ones (mechanism 8): with borrowed money, for their contracts and their place in the trade.

The bought firm keeps its name, its people and its contracts; its dividends go to its owner, buyers trust it less, and clauses hear
of it. If the owner fails it is free again and seen as itself, but has lost what it had lent to the group.
Sources: the NLGN report on Carillion, which grew by buying rivals; Shleifer and Summers 1988 on breach of trust in takeovers.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..model.chance import combine, key
from ..model.delivery import LARGE, SME
from ..model.ledger import ACQUISITION, PAYOUT
from . import financing

YEAR = key("takeover")


def year(model: Any) -> None:
    """Whoever can borrow, and finds a firm of its trade that holds contracts, may buy it."""
    p = model.scenario.parameters
    if not model.scenario.switches.takeovers or not p.takeover_rate:
        return
    small = [a for a in model.providers if a.kind == SME]
    large = [a for a in model.providers if a.kind == LARGE and a.alive]
    luck = model.chance.uniforms("takeover", np.array([a.key for a in large], dtype=np.uint64), model.month)
    for buyer, drawn in zip(large, luck.tolist(), strict=True):
        if drawn < p.takeover_rate:
            can = int(p.takeover_debt * financing.aim(model, buyer)) - int(model.firms["debt"][buyer.row])
            firms = [a for a in small if a.sector == buyer.sector and a.alive and a.load > 0.0]
            free = [a for a in firms if model.firms["owner"][a.row] < 0 and price(model, a) <= can]
            if free:
                buy(model, buyer, min(free, key=lambda a: combine(YEAR, buyer.key, a.key, model.month)))


def price(model: Any, firm: Any) -> int:
    """Pence that its owners ask."""
    return int(model.scenario.parameters.takeover_price * firm.capacity)


def buy(model: Any, buyer: Any, firm: Any) -> None:
    """Its owners are paid with borrowed money. Its purpose and standing are seen as its new owner's, and those who trusted it
    trust it less: whoever made the promises has gone."""
    cost = price(model, firm)
    financing.borrow(model, buyer, cost)
    model.ledger.post(buyer.account, financing.owner_of(model, firm), ACQUISITION, cost)
    model.firms["owner"][firm.row] = buyer.account
    firm.owner, firm.purpose, firm.standings = buyer, buyer.purpose, buyer.standings
    model.event("takeover", -1, None, firm.name, None, cost, f"bought by {buyer.name}")
    for contract in held(model, firm):
        if model.scenario.switches.trust:
            contract.trust *= 1.0 - model.scenario.parameters.trust_down
        for clause in contract.clauses:
            clause.on_takeover(contract, model.month)


def held(model: Any, firm: Any) -> list[Any]:
    """The contracts that commissioners have with a firm."""
    found = [c for c in model.contracts.at.values() if c.provider is firm]
    return [c for c in found if hasattr(c.buyer, "undertakings")]


def part(model: Any, owner: Any) -> None:
    """An owner is no more: its firms are free again, but what they had lent to the group is gone with it."""
    for firm in [a for a in model.providers if a.alive and a.owner is owner]:
        model.firms["owner"][firm.row], firm.owner = -1, None
        firm.be_itself()
        lent = int(model.scenario.parameters.group_pool * max(0, int(model.ledger.balance[firm.account])))
        model.ledger.post(firm.account, owner.account, PAYOUT, lent)
        model.event("group failed", -1, None, firm.name, None, lent, f"owned by {owner.name}")
    model.firms["debt"][owner.row], model.firms["owner"][owner.row] = 0, -1
