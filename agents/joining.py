"""Councils of a region that buy a service together (co-commissioning, shared services): size, one specification, shared work.

*Aggregated*: one contract's terms for all who take part, so that each buys at the size of all together, and the need written down
is the mean of theirs. *Lots*: the procurement is shared, each lot is a council's own, in size and in specification. What a tender
costs is divided; agreeing with each other costs every partner `joint_cost` of it. Who takes part: the commissioners of the focal
district to whom such a policy applies, and with its council the neighbouring ones. Sources: the shared services and the hub of
the LGiU report; NLGN on co-commissioning; Bel and Warner 2015 on what cooperation saves.
"""

from __future__ import annotations

from math import fsum
from typing import Any


def how(buyer: Any) -> str:
    """In which way a commissioner buys together with others this month: alone, aggregated, lots."""
    model = buyer.model
    if not model.started or not model.scenario.switches.joining:
        return "alone"
    if buyer.focal:
        return buyer.policy.joint
    return model.council.policy.joint if buyer.table.kind == "council" else "alone"


def partners(buyer: Any, undertaking: Any) -> list[Any]:
    """One contract of each commissioner that takes part, its own first: of the others the one of the size nearest to its own."""
    found, mine = [undertaking], how(buyer)
    for other in buyer.model.commissioners if mine != "alone" else ():
        same = [d for d in other.undertakings if d.service is undertaking.service] if other is not buyer and how(other) == mine else ()
        if same:
            found.append(min(same, key=lambda d: abs(d.reference - undertaking.reference)))
    return found


def size(buyer: Any, undertaking: Any) -> float:
    """Of what is bought together, in sizes of its own contract."""
    if how(buyer) != "aggregated":
        return 1.0
    return fsum([d.reference for d in partners(buyer, undertaking)]) / undertaking.reference


def cost(buyer: Any, undertaking: Any) -> float:
    """A partner's part of what a tender costs its buyer alone."""
    n = len(partners(buyer, undertaking))
    return 1.0 if n == 1 else 1.0 / n + buyer.model.scenario.parameters.joint_cost


def need(buyer: Any, undertaking: Any, month: int) -> tuple[float, float, float]:
    """The need to be written down: its own, or what is common to all who take part."""
    model = buyer.model
    if how(buyer) != "aggregated":
        return model.need_of(undertaking, month)
    needs = [model.need_of(d, month) for d in partners(buyer, undertaking)]
    x0, x1, x2 = (fsum(parts) / len(needs) for parts in zip(*needs, strict=True))
    return x0, x1, x2
