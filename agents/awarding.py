"""How an award becomes a contract with its terms."""

from __future__ import annotations

from typing import Any

from ..model.clauses import Clause
from ..model.contracts import Contract, State
from ..model.delivery import IN_HOUSE, OPERATE
from ..model.procurement import RUNNING, Evaluation, Tender
from ..model.services import PHASES, Undertaking
from . import bearing, community, consortium, pricing, running


def sign(buyer: Any, tender: Tender, awards: list[Evaluation], received: int) -> None:
    """Sign a contract for each lot; delivery begins when the running contract ends, or next month if there is none."""
    model, undertaking = buyer.model, tender.undertaking
    begin = model.month + 1
    if tender.phases == RUNNING:  # when the new asset stands, or when the running contracts end
        waits_for = [undertaking.building] if undertaking.building else undertaking.operating
        begin = max([begin, *(c.end for c in waits_for)])
    rivalry = 1.0 - 1.0 / max(1.0, received / tender.lots)
    x = buyer.specify(undertaking, model.month, tender.engaged)
    contracts = [write_contract(buyer, tender, award, lot, begin, rivalry, x) for lot, award in enumerate(awards)]
    community.disappoint(tender, [award.bid.bidder for award in awards])
    for contract, award in zip(contracts, awards, strict=True):
        contract.bids = received / tender.lots
        if "operate" in tender.phases:
            model.relet(buyer, contract.provider, undertaking)
        model.event("award", contract.number, buyer, contract.provider.name, undertaking, tender.reference * award.bid.price, contract.what)
        model.schedule(begin, running.start, contract, 0)
    if "operate" not in tender.phases:
        undertaking.building = contract
    else:
        undertaking.coming += contracts
    for contract in contracts:
        contract.awaits_asset = tender.phases == RUNNING and undertaking.building is not None


def write_contract(
    buyer: Any, tender: Tender, award: Evaluation, lot: int, begin: int, rivalry: float, x: tuple[float, float, float]
) -> Contract:
    """Turn an award into a contract and its terms."""
    model, bid, undertaking = buyer.model, award.bid, tender.undertaking
    provider, p, lots, switches = bid.bidder, tender.parameters, tender.lots, buyer.model.scenario.switches
    phases, month = [], begin
    for phase, months in tender.months.items():
        k, price = PHASES[phase], tender.prices[phase]
        real = provider.efficiency[k] * tender.scale * (1.0 + tender.common) / lots
        phases.append((k, month, months, price * bid.price / lots, price * real))
        month += months
    claim = provider.claim(p) if tender.payment != "cost-plus" else min(provider.claim(p), p.claim_cost_plus)
    contract = draw_up(
        buyer, undertaking, provider, tender.key ^ provider.key ^ lot, phases, x,
        mechanism=pricing.mechanism_of(tender), fee=min(p.fee_highest, max(p.fee_lowest, bid.price / max(0.1, bid.cost) - 1.0)),
        claim=claim, trust=model.relations.trust(buyer, provider), knowledge=buyer.capacity, rivalry=rivalry if switches.lock_in else 1.0,
    )  # fmt: skip
    contract.annual, contract.share, contract.batch = tender.annual, 1.0 / lots, tender.key
    contract.what = "+".join(tender.phases)
    contract.skills = (provider.skill[0], provider.skill[1], provider.operating_skill(tender))
    contract.clauses = tender.clauses
    consortium.join(contract, tender)
    bearing.write_terms(contract, tender)
    provider.take_on(tender.annual)
    for clause in contract.clauses:
        clause.on_award(contract)
        contract.watched |= type(clause).on_breach is not Clause.on_breach
    if "finance" in tender.phases:
        model.found_company(contract, tender)
    return contract


def draw_up(
    buyer: Any, undertaking: Undertaking, provider: Any, chance_key: int, phases: list[tuple[int, int, int, float, float]],
    x: tuple[float, float, float], *, mechanism: int, claim: float, trust: float, knowledge: float, rivalry: float, fee: float = 0.0,
) -> Contract:  # fmt: skip
    """A contract with the terms that every contract has: who, what, when, how it is paid, where its costs will be spent.

    `phases` lists (phase, first month, months, price and cost in pence a month), `x` is the specification.
    """
    model, service = buyer.model, undertaking.service
    contract = Contract(model.contracts, model.next_number(), undertaking, buyer, provider)
    contract.state, contract.key, contract.batch, contract.phases = State.AWARDED, chance_key, chance_key, phases
    contract.let_as = undertaking.form
    contract.term = sum(months for _, _, months, *_ in phases)
    begin, end = phases[0][1], phases[-1][1] + phases[-1][2]
    contract.operating_from = next((first for k, first, *_ in phases if k == OPERATE), end)
    contract.write(
        key=chance_key, buyer=buyer.number, payer=buyer.account, provider=provider.row, payee=provider.account, kind=provider.kind,
        service=undertaking.index, need=undertaking.need, focal=buyer.focal, ring=provider.ring_from(buyer.district),
        mechanism=mechanism, start=begin, end=end, growth=(1.0 + service.demand_growth) ** (1.0 / 12.0), fee=fee,
        claim=claim if model.scenario.switches.shading else 0.0, trust=trust, knowledge=knowledge, rivalry=rivalry,
        measurability=service.measurability, complexity=service.complexity, x0=x[0], x1=x[1], x2=x[2],
        labour=service.labour_share, vulnerability=service.vulnerability, risk_payer=buyer.account, attention=1.0,
        awaited=model.scenario.parameters.trust_quality,
        late=model.scenario.parameters.late_share if model.scenario.switches.late_payment and provider.kind != IN_HOUSE else 0.0,
        **bearing.usual_terms(mechanism), **places_of_spending(provider, buyer),
    )  # fmt: skip
    return contract


def places_of_spending(provider: Any, buyer: Any) -> dict[str, float]:
    """Where the work's costs will be spent, as seen from the focal district: shares of labour and of supplies."""
    s = buyer.model.supply_shares(provider.kind, provider.ring_from(buyer.district))
    near_labour, near_supplies = s.labour_local, s.supplies_local
    mid_labour, mid_supplies = s.labour_region, s.supplies_region
    if buyer.district != 0:
        if provider.district == 0:  # a firm of the focal district at work next door brings part of the money home
            near_labour, mid_labour = mid_labour, near_labour
            near_supplies, mid_supplies = mid_supplies, near_supplies
        else:
            near_labour, mid_labour = 0.0, near_labour + mid_labour
            near_supplies, mid_supplies = 0.0, near_supplies + mid_supplies
    return {
        "labour_focal": near_labour, "labour_region": mid_labour, "supplies_focal": near_supplies, "supplies_region": mid_supplies,
    }  # fmt: skip
