"""Who bears which risk of a contract, what bidders ask for it, and bids too good to be true (mechanism 6).

A provider prices what it expects of the risks it bears, and asks a premium for their spread: half its risk aversion times the
variance of a year's loss over what it could lose before it fails [mean and variance; Arrow and Lind 1970]. A premium is no part
of cost: the less of a risk it bears, the smaller the contract, the stronger the firm, the smaller it is.
"""

from __future__ import annotations

from functools import cache
from math import fsum
from typing import Any

from ..model.clauses import clauses_of
from ..model.delivery import AVAILABILITY, COST_PLUS, FIXED, GAIN_SHARE, RESULTS, VOLUME
from ..model.procurement import Bid, Tender
from ..model.risk import Bearing, calamity_moments, extra_cost
from ..scenarios.schema import ClauseUse

MECHANISMS = {
    "fixed price": FIXED, "cost-plus": COST_PLUS, "volume price": VOLUME, "availability payment": AVAILABILITY,
    "payment by results": RESULTS, "gain share": GAIN_SHARE,
}  # fmt: skip
USUAL: dict[int, dict[str, Any]] = {  # what a payment mechanism leaves with the provider, where no clause says otherwise
    COST_PLUS: dict.fromkeys(("construction", "running", "volume", "calamity"), 0.0),
    VOLUME: {"volume": 0.0},
}


def usual(mechanism: int) -> Bearing:
    """How a payment mechanism shares risks by itself: a fixed price leaves all with the provider, cost-plus none."""
    return Bearing(**USUAL.get(mechanism, {}))


def terms(bearing: Bearing) -> dict[str, float]:
    """A contract's terms from it."""
    return {
        "bears_building": bearing.share("construction"), "bears_running": bearing.share("running"), "bears_volume": bearing.volume,
        "bears_calamity": bearing.calamity, "cap": bearing.cap, "kept": bearing.kept, "retained": bearing.retained, "band": bearing.band,
    }  # fmt: skip


@cache
def usual_terms(mechanism: int) -> dict[str, float]:
    """A contract's terms where no clause shares its risks in another way."""
    return terms(usual(mechanism))


def with_payment(tender: Tender, clauses: Any) -> Any:
    """The clauses that a payment mechanism brings with it."""
    if tender.payment == "gain share" and not any(clause.name == "gain_share" for clause in clauses):
        return (*clauses, *clauses_of((ClauseUse(name="gain_share"),), 0.0))
    return clauses


# --- before the bids ----------------------------------------------------------------------------------------------------


def allocate(tender: Tender, mechanism: int) -> None:
    """Share the risks by payment and clauses; work out what bearing them adds to every bidder's cost, and how far a year may stray."""
    switches = tender.buyer.model.scenario.switches
    tender.bearing = bearing = usual(mechanism)
    bearing.financed = "finance" in tender.phases
    for clause in tender.clauses:
        clause.on_risk(bearing)
    if not switches.ownership:
        bearing.earned = bearing.retained = 1.0
    p = tender.parameters
    care = p.care_calamity * switches.care
    hit, hit_squared = calamity_moments(bearing, p.calamity_size, care)
    precaution = p.calamity_size * care * bearing.felt("calamity") ** 2 / 2.0
    calamities = p.calamity_rate / 12.0 * (hit + precaution) * switches.risks  # months of cost a month
    added, borne, danger = [], [], []
    for name, weight in tender.weights.items():
        kind = "operate" if name == "operate" else "build"
        share = bearing.share("running" if kind == "operate" else "construction")
        care = (p.care_running if kind == "operate" else p.care_construction) * switches.care
        added.append(weight * (calamities + extra_cost(share * bearing.retained, care)))
        borne.append(weight * share)
        danger.append(weight * spread_of(tender, mechanism, kind, hit_squared) * 12.0 * tender.prices[name] / tender.lots)
    tender.risk_cost, tender.borne, tender.danger = fsum(added), fsum(borne), fsum(danger)


def spread_of(tender: Tender, mechanism: int, kind: str, hit_squared: float) -> float:
    """Variance of a year's loss that its owners feel, over a year's cost of that phase."""
    p, bearing, switches = tender.parameters, tender.bearing, tender.buyer.model.scenario.switches
    drift = p.running_spread * switches.risks
    moved = bearing.felt("construction" if kind == "build" else "running") ** 2 * (p.overrun**2 + (drift**2 if kind == "operate" else 0.0))
    struck = bearing.retained**2 * p.calamity_rate * hit_squared / 144.0 if switches.risks else 0.0
    if kind == "build":
        return moved + struck
    swing = p.demand_noise * bearing.felt("volume")
    if mechanism == RESULTS:
        swing *= p.results_fixed if bearing.band < 0.0 else min(p.results_fixed, bearing.band)
    return moved + struck + swing**2 / 12.0


# --- a bid --------------------------------------------------------------------------------------------------------------


def premium(provider: Any, tender: Tender) -> float:
    """What a bidder asks for bearing the spread, relative to the reference: the more, the less it could lose before it fails."""
    if not provider.switches.risk_pricing:
        return 0.0
    p = tender.parameters
    money = max(0, int(provider.model.ledger.balance[provider.account])) + p.credit * provider.capacity / 12.0
    return p.risk_aversion / 2.0 * tender.estimate**2 * tender.danger / max(1.0, money)


def too_low(tender: Tender, bid: Bid) -> bool:
    """Whether a bid lies below what its own bidder would expect to spend, had it forgotten nothing and hoped for nothing: it
    forgot that the lowest has erred, or counts on later changes."""
    signal = tender.common + tender.noise * bid.error
    return bid.price < bid.cost * (1.0 + tender.borne * max(-0.8, tender.signal_weight * signal + tender.curse))


def examine(buyer: Any, tender: Tender, bids: list[Bid]) -> list[Bid]:
    """Where the policy says so, ask bidders to explain low prices; how many of those that cannot are found out rests on skill."""
    if not tender.policy.examine_bids:
        return bids
    seen = buyer.model.chance.uniform
    return [bid for bid in bids if not too_low(tender, bid) or seen("explained", tender.key, bid.bidder.key) >= buyer.capacity]


# --- a contract ---------------------------------------------------------------------------------------------------------


def write_terms(contract: Any, tender: Tender) -> None:
    """Write into a contract how its risks are shared, how far its cost lies from what was foreseen, and what its clauses take."""
    contract.write(surprise=tender.common / (1.0 + tender.common), **terms(tender.bearing))
    if tender.bearing.kept < 1.0:
        contract.claim *= tender.bearing.kept


def expect(contract: Any, begin: int, months: int) -> None:
    """What payment by results is held against: the volume that money allows for when operation begins, and the quality to be expected
    of that skill over the term, needs drifting as they do."""
    model, p, service = contract.buyer.model, contract.buyer.model.scenario.parameters, contract.undertaking.service
    drift = service.volatility**2 * months / 24.0 * model.scenario.switches.needs_drift  # half of what it is at the end
    error = p.spec_error * model.scenario.switches.specification_error
    fit = max(0.0, 1.0 - p.misfit_harm * (error**2 + drift) ** 0.5)
    contract.risk_noted = 0 if contract.company else contract.total_risk  # of building; a company's work begins anew
    contract.write(planned=float(model.affordable[contract.buyer.number]), target=contract.skill * fit + contract.bonus)


def note_year(contract: Any) -> None:
    """What its buyer paid this year for risks it bears counts with what it paid beyond the price."""
    total = contract.work.total_risk
    contract.beyond += total - contract.risk_noted
    contract.risk_noted = total
