"""The acts by which a contract comes to be, changes hands and ends: priced, signed, started, extended, broken, failed."""

from __future__ import annotations

from math import fsum  # the same on every Python: from 3.12 on, sum() rounds floats in another way
from typing import Any

from ..model.clauses import Clause
from ..model.contracts import Contract, State
from ..model.delivery import AVAILABILITY, BUILD, COST_PLUS, DESIGN, FIXED, OPERATE
from ..model.ledger import INTERFACE
from ..model.procurement import RUNNING, Evaluation, Tender, next_package
from ..model.services import PHASES, Asset, Undertaking
from . import bearing, circumstances, community, consortium, deciding, learning, skills

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
    tender.clauses = bearing.with_payment(tender.policy, buyer.clauses(tender.policy, tender.reference))
    tender.add_on = fsum(clause.on_price(tender) for clause in tender.clauses)
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
    mechanism = bearing.MECHANISMS[tender.policy.payment]
    return FIXED if mechanism == AVAILABILITY and "build" not in tender.phases else mechanism


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
        model.schedule(begin, start, contract, 0)
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
    claim = provider.claim(p) if tender.policy.payment != "cost-plus" else min(provider.claim(p), p.claim_cost_plus)
    contract = draw_up(
        buyer, undertaking, provider, tender.key ^ provider.key ^ lot, phases, x,
        mechanism=mechanism_of(tender), fee=min(p.fee_highest, max(p.fee_lowest, bid.price / max(0.1, bid.cost) - 1.0)),
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
        **bearing.terms(bearing.usual(mechanism)), **places_of_spending(provider, buyer),
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


def start(contract: Contract, step: int) -> None:
    """Begin a phase of a contract: design, building, or running the service."""
    if contract.state in (State.BROKEN, State.FAILED, State.ENDED):
        return
    buyer, model, undertaking = contract.buyer, contract.buyer.model, contract.undertaking
    if waits(contract):  # the builder failed: whoever is to operate what it built waits for the next one
        contract.put_off()
        model.schedule(model.month + 1, start, contract, step)
        return
    phase, begin, months, price, cost = contract.phases[step]
    contract.state = State.MOBILISED if phase != OPERATE else State.DELIVERING
    if step == 0:
        model.contracts.start(contract)
        for clause in contract.clauses:
            if clause.every:
                model.schedule(contract.operating_from + clause.every, model.monthly_clause, contract, clause)
        if phase != DESIGN:
            interface(contract, phase)
    contract.write(phase=phase, price=price, cost=cost, began=begin, capital=phase != OPERATE and contract.company is None)
    if phase == DESIGN:
        undertaking.designer, undertaking.design_skill = contract.provider.row, contract.skills[0]
    elif phase == BUILD:
        undertaking.builder, undertaking.build_skill = contract.provider.row, contract.skills[1]
        undertaking.plan = contract.specification()
    if phase == OPERATE:
        operate(contract, begin, months)
    if contract.company:
        contract.company.enter(contract)
    if step + 1 < len(contract.phases):
        if phase == BUILD:
            model.schedule(begin + months, complete_asset, contract)
        model.schedule(begin + months, start, contract, step + 1)
    elif phase != OPERATE:
        done = ("design",) if phase == DESIGN else ("design", "build")
        ready = begin + months
        if phase == BUILD:
            model.schedule(ready, complete_asset, contract)
            opens = ready - buyer.tender_months(undertaking, RUNNING) - 1
        else:
            opens = ready
        model.schedule(opens, tender_next, contract, done)
        model.schedule(ready, finish, contract)


def waits(contract: Contract) -> bool:
    """Whether it is to run an asset that is still on its way."""
    return contract.awaits_asset and contract.undertaking.renewing


def tender_next(contract: Contract, done: tuple[str, ...]) -> None:
    """The next phases of a renewal go to tender, unless the contract before failed (it is tendered again itself) or they are let."""
    if contract.state != State.FAILED and not contract.undertaking.coming:
        contract.buyer.open_tender(contract.undertaking, next_package(deciding.policy_of(contract.buyer, contract.undertaking), done))


def complete_asset(contract: Contract) -> None:
    """The asset stands: it keeps the need it was built for, and the effort that went into its design."""
    undertaking, service = contract.undertaking, contract.undertaking.service
    if contract.state == State.FAILED:
        return
    w = contract.buyer.model.scenario.parameters.skill_from_design
    skill = w * undertaking.design_skill + (1.0 - w) * undertaking.build_skill
    effort = undertaking.effort_in_design
    plan = undertaking.plan or contract.specification()
    undertaking.asset = Asset(
        plan, skill, service.externality * effort, service.build_quality * effort, contract.buyer.model.month + service.asset_life_months
    )


def interface(contract: Contract, phase: int) -> None:
    """A new firm takes over another's phase: what does not fit together costs money, less so if they designed together [P05]."""
    buyer, model, undertaking = contract.buyer, contract.buyer.model, contract.undertaking
    p, service = model.scenario.parameters, contract.undertaking.service
    before = undertaking.designer if phase == BUILD else undertaking.builder
    new_asset = undertaking.asset is not None and undertaking.asset.expires > model.month + service.asset_life_months - p.interface_months
    if not model.scenario.switches.coordination or before < 0 or before == contract.provider.row or (phase == OPERATE and not new_asset):
        return
    value = undertaking.level * (undertaking.capital if phase == BUILD else p.interface_months * undertaking.reference)
    cost = round(p.interface_cost * service.complexity * (1.0 - p.co_design_effect * buyer.policy.co_design) * value * contract.share)
    model.ledger.post(buyer.account, contract.provider.account, INTERFACE, cost)
    model.book_work(contract, cost)
    for name in ("spend", "interface_cost"):
        model.tally(name, cost, buyer)
    buyer.note_extra(cost)
    model.event("interface", contract.number, buyer, contract.provider.name, undertaking, cost)


def operate(contract: Contract, begin: int, months: int) -> None:
    """Take the service over: end the contracts before, write what the asset gives, and plan for the end."""
    buyer, model, undertaking, p = contract.buyer, contract.buyer.model, contract.undertaking, contract.buyer.model.scenario.parameters
    if contract.provider is not buyer.team:
        skills.moves_out(buyer, undertaking)
    for old in [c for c in undertaking.operating if c.batch != contract.batch]:
        finish(old, replaced=True)
    undertaking.operating.append(contract)
    if contract in undertaking.coming:
        undertaking.coming.remove(contract)
    skill, end = contract.skills[2], max(contract.end, begin + months)
    if asset := undertaking.asset:
        a0, a1, a2 = asset.specification
        skill = p.skill_from_asset * asset.skill + (1.0 - p.skill_from_asset) * skill
        contract.write(a0=a0, a1=a1, a2=a2, bonus=asset.bonus, rigidity=p.asset_rigidity)
    contract.write(
        skill=skill, end=end, reference=undertaking.reference * contract.share,
        schedule=(1.0 + undertaking.service.demand_growth) ** (begin / 12.0) * float(model.eased[undertaking.need]),  # as foreseen
    )  # fmt: skip
    bearing.expect(contract, begin, months)
    model.schedule(end, finish, contract)
    if contract.first_of_batch():
        model.schedule(end - buyer.lead(undertaking), buyer.review, undertaking)
    for month in contract.breaks:
        model.schedule(month, buyer.consider_break, contract)


def finish(contract: Contract, replaced: bool = False) -> None:
    """A contract reaches its end. Until a successor is ready it is extended, so that the service never stops."""
    buyer, model, undertaking = contract.buyer, contract.buyer.model, contract.undertaking
    if contract.state in (State.ENDED, State.BROKEN, State.FAILED) or (not replaced and model.month < contract.end):
        return
    if contract in undertaking.operating and not replaced:
        if not any(c.operating_from == model.month and c.batch != contract.batch and not waits(c) for c in undertaking.coming):
            extend(contract, int(model.scenario.parameters.stop_gap_months))
            buyer.review(undertaking)
        return
    close(contract, State.BROKEN if contract.leaving else State.ENDED)
    model.event("end", contract.number, buyer, contract.provider.name, undertaking, 0.0)


def close(contract: Contract, state: State) -> None:
    """Take a contract off the books and let its clauses have their last word."""
    buyer, model, undertaking, provider = contract.buyer, contract.buyer.model, contract.undertaking, contract.provider
    if contract.state in (State.ENDED, State.BROKEN, State.FAILED):
        return
    contract.state = state
    model.register.close(contract, model.month)
    for clause in contract.clauses:
        clause.on_end(contract, model.month)
    model.relations.remember(buyer, provider, contract.trust)
    provider.take_on(-contract.annual)
    if contract in undertaking.operating:
        undertaking.operating.remove(contract)
    if contract in undertaking.coming:
        undertaking.coming.remove(contract)
    if undertaking.building is contract:
        undertaking.building = None
    if model.deals:
        model.deals.end(contract)
    if contract.company:
        contract.company.close(contract)
    model.contracts.remove(contract)


def extend(contract: Contract, months: int) -> None:
    """Let a contract run on at its terms."""
    model = contract.buyer.model
    contract.end = max(contract.end, model.month) + months
    contract.extended += months
    contract.state = State.EXTENDED
    if contract.company:
        contract.company.extend(contract.end)
    model.schedule(contract.end, finish, contract)
    model.event("extension", contract.number, contract.buyer, contract.provider.name, contract.undertaking, 0.0, f"{months} months")


def take_in_house(
    buyer: Any, undertaking: Undertaking, month: int, reason: str, share: float = 1.0, months: int = 0, by: Any = None
) -> Contract:
    """The commissioner's own team takes the service over, at cost, or a company `by` which it does so, at a price."""
    model, p, team = buyer.model, buyer.model.scenario.parameters, by or buyer.team
    saving = undertaking.asset.saving if undertaking.asset else 0.0
    base = undertaking.level * undertaking.reference * share * (1.0 - saving) * p.in_house_cost
    month = max(month, model.month + 1) if model.started else month
    contract = draw_up(
        buyer, undertaking, team, team.key ^ undertaking.key ^ model.month ^ (len(undertaking.coming) << 32),
        [(OPERATE, month, months or buyer.policy.operate_months, base, base * team.efficiency[2])], buyer.specify(undertaking, model.month),
        mechanism=FIXED if by else COST_PLUS, claim=team.claim(p), trust=p.team_trust,
        knowledge=max(p.team_knowledge, buyer.capacity), rivalry=0.0,
    )  # fmt: skip
    contract.what, contract.share, contract.annual = "operate", share, 12.0 * base
    contract.skills = (*team.skill[:2], team.skill[2] * skills.rust(team))
    contract.because = reason
    team.take_on(contract.annual)
    if model.started:
        contract.because = why = circumstances.because(reason, buyer, undertaking)
        model.event("insourcing", contract.number, buyer, team.name, undertaking, contract.annual, why)
        undertaking.coming.append(contract)
        model.schedule(month, start, contract, 0)
    return contract


def break_off(buyer: Any, contract: Contract) -> None:
    """Use a break clause: give notice and tender anew; the contract ends when its successor begins."""
    model, undertaking = buyer.model, contract.undertaking
    model.tally("breaks", 1, buyer)
    model.event("break", contract.number, buyer, contract.provider.name, undertaking, contract.price)
    buyer.keep_going(contract)
    contract.leaving = True
    contract.end = model.month + buyer.tender_months(undertaking, RUNNING) + 1
    model.schedule(contract.end, finish, contract)
    buyer.open_tender(undertaking, RUNNING)


def fail(contract: Contract, lost: float = 0.0) -> None:
    """The provider is insolvent: the buyer pays for continuity, its team stands in after `lost` days, the service is tendered anew."""
    buyer, undertaking = contract.buyer, contract.undertaking
    model, p = buyer.model, buyer.model.scenario.parameters
    model.tally("failures", 1, buyer)
    model.event("failure", contract.number, buyer, contract.provider.name, undertaking, contract.price)
    model.tally("days_lost", lost * contract.share, buyer)
    model.bad_news(undertaking.service.vulnerability)
    learning.saw_failure(contract, p.continuity_cost * 12.0 * contract.price)
    if contract.what == "operate" and contract not in undertaking.operating:  # signed, not begun: the team begins in its stead
        interim = take_in_house(buyer, undertaking, contract.phases[0][1], "stand-in", contract.share, int(p.stand_in_months))
        interim.batch, interim.awaits_asset = contract.batch, contract.awaits_asset
        close(contract, State.FAILED)
        return
    if contract not in undertaking.operating:  # still designing or building: begin that package again
        buyer.keep_going(contract, p.continuity_building)
        close(contract, State.FAILED)
        buyer.open_tender(undertaking, tuple(contract.what.split("+")))  # in place of what is open for the phases after it
        return
    buyer.keep_going(contract)
    stand_in(buyer, contract)


def stand_in(buyer: Any, contract: Contract) -> None:
    """A contract stopped at once: run the service with the buyer's own team, and tender it anew if that is not under way."""
    undertaking, share, batch = contract.undertaking, contract.share, contract.batch
    procuring, months = undertaking.procuring, int(buyer.model.scenario.parameters.stand_in_months)
    interim = take_in_house(buyer, undertaking, buyer.model.month + 1, "stand-in", share, months)
    close(contract, State.FAILED)
    interim.batch = batch  # it joins the lots that go on
    if not procuring:
        buyer.open_tender(undertaking, RUNNING)


def signed_not_begun(model: Any, provider: Any) -> list[Contract]:
    """Contracts that a provider has signed but not begun."""
    signed = [
        contract for buyer in model.commissioners for duty in buyer.undertakings
        for contract in (*duty.coming, duty.building) if contract is not None
    ]  # fmt: skip
    return [c for c in signed if c.provider is provider and c.state is State.AWARDED]


def give_up_renewal(buyer: Any, undertaking: Undertaking) -> None:
    """Nobody would renew the asset: patch it up and let the service on."""
    model = buyer.model
    if undertaking.asset:
        undertaking.asset.expires = model.month + int(model.scenario.parameters.patch_months)
    if not undertaking.coming:
        buyer.open_tender(undertaking, RUNNING)
