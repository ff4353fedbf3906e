"""Consortia: two small firms of a region that could not bid alone bid as one, where the policy invites them to.

They bid to run a service: what is built is one firm's. The abler leads and answers for all; the other does its part of the
work for its part of the payment. Agreeing costs them `consortium_cost` of cost. Sources: NLGN on consortium bids;
Albano, Spagnolo and Zanza 2009 on bidding together.
"""

from __future__ import annotations

from typing import Any

from ..model.delivery import SME, VCS
from ..model.procurement import RUNNING, Bid, Tender


def floor_of(tender: Tender) -> float:
    """Pence of turnover that a bidder needs."""
    thresholds = tender.buyer.model.scenario.switches.thresholds
    return max(tender.parameters.room_needed * tender.annual, tender.threshold_ratio * tender.peak * thresholds)


def pairs(tender: Tender) -> list[tuple[Any, Any, float]]:
    """Who would bid together, and the partner's share: of the small firms that hear of it the ablest, with the next that suffices.
    The service must lie within the mission of both, and the tender's clauses must let both bid."""
    model, p, floor = tender.buyer.model, tender.parameters, floor_of(tender)
    sector, hears = model.sector_of(tender.service), {SME: p.aware_sme, VCS: p.aware_vcs}
    small = [
        a for a in model.providers
        if a.kind in hears and a.alive and a.sector == sector and a.district >= 0 and a.capacity < floor and has_room(a)
        and model.chance.uniform("consortium", tender.key ^ a.key) < hears[a.kind] and a.serves(tender.service)
    ]  # fmt: skip
    small.sort(key=lambda a: (-a.skill_in(tender), a.name))
    found = []
    while small:
        lead = small.pop(0)
        enough = (a for a in small if lead.capacity + a.capacity >= floor)
        partner = next((a for a in enough if may_bid(tender, lead) and may_bid(tender, a)), None)
        if partner is not None:
            small.remove(partner)
            found.append((lead, partner, partner.capacity / (lead.capacity + partner.capacity)))
    return found


def has_room(provider: Any) -> bool:
    """Whether it has any room left."""
    return bool(provider.load < provider.capacity)


def may_bid(tender: Tender, provider: Any) -> bool:
    """Whether the tender's clauses let it bid, asked of it alone."""
    invited = [(provider, 0.0, 0.0)]
    for clause in tender.clauses:
        invited = clause.on_invite(tender, invited)
    return bool(invited)


def bids(tender: Tender) -> list[Bid]:
    """What consortia bid; the tender remembers who stands behind each."""
    if not tender.policy.consortia or tender.phases != RUNNING:
        return []
    made, chance = [], tender.buyer.model.chance
    for lead, partner, share in pairs(tender):
        tender.consortia[lead.key] = partner, share
        error, blur = (chance.normal(purpose, tender.key ^ lead.key) for purpose in ("joint signal", "joint view"))
        if (bid := offer(tender, lead, error, blur)) is not None:
            made.append(bid)
    return made


def offer(tender: Tender, lead: Any, error: float, blur: float) -> Bid | None:
    """What a consortium bids for a lot; None if one of the two has no room, or if it does not pay."""
    partner, share = tender.consortia[lead.key]
    bid = lead.offer(tender, error, blur) if has_room(lead) and has_room(partner) else None
    if bid is None:
        return None
    dearer = 1.0 + tender.parameters.consortium_cost
    skill = (1.0 - share) * bid.skill + share * partner.skill_in(tender)
    return bid._replace(price=bid.price * dearer, cost=bid.cost * dearer, skill=skill)


def bid_again(tender: Tender, won: Bid) -> Bid | None:
    """What the winner of a lot bids for the next: a consortium again as one, others alone; None if no longer."""
    if won.bidder.key in tender.consortia:
        return offer(tender, won.bidder, won.error, won.blur)
    again: Bid | None = won.bidder.bid(tender, won.error, won.blur)
    return again


def take_on(tender: Tender, winner: Any, annual: float) -> None:
    """A winner takes on so much work a year (or with a minus gives it back), and its partner, if it has one, its part of it."""
    winner.take_on(annual)
    if winner.key in tender.consortia:
        partner, share = tender.consortia[winner.key]
        partner.take_on(share * annual)


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
