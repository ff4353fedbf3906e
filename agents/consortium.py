"""Consortia: two small firms of a region that could not bid alone bid as one, where the policy invites them to.

The abler leads and answers for all; the other does its part of the work for its part of the payment. Agreeing costs them
`consortium_cost` of cost. Sources: NLGN on consortium bids; Albano, Spagnolo and Zanza 2009 on bidding together.
"""

from __future__ import annotations

from typing import Any

from ..model.delivery import SME, VCS
from ..model.procurement import Bid, Tender


def floor_of(tender: Tender) -> float:
    """Pence of turnover that a bidder needs."""
    thresholds = tender.buyer.model.scenario.switches.thresholds
    return max(tender.parameters.room_needed * tender.annual, tender.threshold_ratio * tender.peak * thresholds)


def pairs(tender: Tender) -> list[tuple[Any, Any, float]]:
    """Who would bid together, and the partner's share: of the small firms that hear of it the ablest, with the next that suffices."""
    model, p, floor = tender.buyer.model, tender.parameters, floor_of(tender)
    sector, hears = model.sector_of(tender.service), {SME: p.aware_sme, VCS: p.aware_vcs}
    small = [
        a for a in model.providers
        if a.kind in hears and a.alive and a.sector == sector and a.district >= 0 and a.capacity < floor and a.load < a.capacity
        and model.chance.uniform("consortium", tender.key ^ a.key) < hears[a.kind]
    ]  # fmt: skip
    small.sort(key=lambda a: (-a.skill_in(tender), a.name))
    found = []
    while small:
        lead = small.pop(0)
        partner = next((a for a in small if lead.capacity + a.capacity >= floor), None)
        if partner is not None:
            small.remove(partner)
            found.append((lead, partner, partner.capacity / (lead.capacity + partner.capacity)))
    return found


def bids(tender: Tender) -> list[Bid]:
    """What consortia bid; the tender remembers who stands behind each."""
    if not tender.policy.consortia:
        return []
    made, chance = [], tender.buyer.model.chance
    for lead, partner, share in pairs(tender):
        error, blur = (chance.normal(purpose, tender.key ^ lead.key) for purpose in ("joint signal", "joint view"))
        bid = lead.offer(tender, error, blur)
        if bid is not None and getattr(partner, "serves", lambda service: True)(tender.service):
            skill = (1.0 - share) * bid.skill + share * partner.skill_in(tender)
            dearer = 1.0 + tender.parameters.consortium_cost
            made.append(bid._replace(price=bid.price * dearer, cost=bid.cost * dearer, skill=skill))
            tender.consortia[lead.key] = partner, share
    return made


def join(contract: Any, tender: Tender) -> None:
    """The winner's partner has its part of the contract."""
    if contract.provider.key not in tender.consortia:
        return
    partner, share = tender.consortia[contract.provider.key]
    model = contract.buyer.model
    model.deals.add(contract, partner, share)
    design, build, skill = contract.skills
    contract.skills = design, build, (1.0 - share) * skill + share * partner.skill[2]
    model.event("consortium", contract.number, contract.buyer, contract.provider.name, contract.undertaking, share, f"with {partner.name}")
