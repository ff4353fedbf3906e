"""What a lot is worth to its bidders, once for all of them: its prices, what size and clauses do to cost, what may be gained later."""

from __future__ import annotations

from math import fsum  # the same on every Python: from 3.12 on, sum() rounds floats in another way

from ..model.clauses import acting
from ..model.delivery import AVAILABILITY, FIXED
from ..model.procurement import RUNNING, Tender
from ..model.services import PHASES
from . import bearing

ROOT_THREE = 3.0**0.5  # an even spread reaches that many standard deviations from its mean


def price_tender(tender: Tender) -> None:
    """Work out, once for all bidders, what a lot is worth, what size and clauses do to cost, and what may be gained later."""
    buyer, undertaking, p = tender.buyer, tender.undertaking, tender.parameters
    model, service = buyer.model, tender.undertaking.service
    switches = model.scenario.switches

    # effort in design that lowers running costs: the builder's own interest if it operates, else the operator's voice [E6]
    internalises = {"build", "operate"} <= set(tender.phases) and switches.internalisation
    if "design" in tender.phases:
        undertaking.effort_in_design = service.externality * (1.0 if internalises else tender.policy.co_design)
    effort = undertaking.effort_in_design
    if tender.phases == RUNNING and undertaking.building is None:  # the asset there is; else the one that is being renewed
        saving = undertaking.asset.saving if undertaking.asset else 0.0
    else:
        saving = service.externality * effort

    months = {f: undertaking.months_of(f, tender.operate_months) for f in tender.phases if f != "finance"}
    tender.prices = {f: undertaking.reference_of(f) for f in months}
    if "build" in months:
        tender.prices["build"] += 0.5 * effort**2 * undertaking.reference * service.asset_life_months / months["build"]
    if "operate" in months:
        tender.prices["operate"] *= 1.0 - saving
    tender.level = undertaking.level
    if tender.level != 1.0:
        tender.prices = {f: tender.level * price for f, price in tender.prices.items()}
    tender.months = months
    worth = {f: tender.prices[f] * months[f] for f in months}
    total = fsum(worth.values())
    tender.weights = {f: worth[f] / total for f in months}
    tender.reference = total / tender.lots
    tender.size = 12.0 * fsum(tender.prices.values()) / tender.lots
    tender.peak = 12.0 * max(tender.prices.values()) / tender.lots
    tender.annual = 12.0 * tender.reference / sum(months.values())
    tender.scale = buyer.scale(undertaking, tuple(months), tender.operate_months, tender.lots)
    named = bearing.with_payment(tender, buyer.clauses(tender.policy, tender.reference))
    tender.clauses = acting(named, tender)
    tender.add_on = fsum(clause.added(tender) for clause in tender.clauses)
    tender.parts = tuple((PHASES[f], share) for f, share in tender.weights.items())
    tender.bid_cost = 100.0 * p.bid_cost + p.bid_cost_share * tender.size
    help_given = tender.policy.supplier_development if switches.engagement else 0.0
    tender.bid_cost_local = tender.bid_cost * (1.0 - p.development_effect * help_given)
    tender.noise = p.signal_noise * (1.0 - p.disclosure_rivals * known_of(tender))
    variance = p.overrun**2 + tender.noise**2
    tender.signal_weight = p.overrun**2 / variance if variance > 0 else 0.0
    bearing.allocate(tender, mechanism_of(tender))
    tender.estimate = tender.scale * (1.0 + p.overhead) * (1.0 + tender.add_on + tender.risk_cost)
    tender.highest = tender.estimate * (1.0 + p.reserve)
    tender.dearest = tender.estimate * (1.0 + ROOT_THREE * p.cost_spread)
    tender.common = max(-0.8, p.overrun * model.chance.normal("common cost", tender.key))
    years = tender.operate_months / 12.0
    drift = min(p.gain_drift, service.volatility * years**0.5) if switches.needs_drift else 0.0
    locked_in = min(1.0, years / (p.lock_in_months / 12.0))
    tender.change_gains = min(p.gain_limit, p.hold_up * p.adaptation_cost * drift * locked_in * switches.hold_up / years)
    for clause in tender.clauses:
        clause.on_tender(tender)


def known_of(tender: Tender) -> float:
    """How far data on the service as it runs are there for every bidder to read, 0-1."""
    if tender.phases != RUNNING or not tender.buyer.model.scenario.switches.disclosure:
        return 0.0
    return max((c.disclosed for c in tender.undertaking.operating), default=0.0)


def mechanism_of(tender: Tender) -> int:
    """How the contract will be paid: by availability only of an asset; a service without one has a fixed price."""
    mechanism = bearing.MECHANISMS[tender.payment]
    return FIXED if mechanism == AVAILABILITY and "build" not in tender.phases else mechanism
