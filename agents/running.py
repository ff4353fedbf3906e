"""What begins as a contract runs: its phases one after another, the asset, the service taken over from those before."""

from __future__ import annotations

from ..model.contracts import Contract, State
from ..model.delivery import BUILD, DESIGN, OPERATE
from ..model.ledger import INTERFACE
from ..model.procurement import RUNNING, next_package
from ..model.profits import earned_by
from ..model.services import Asset
from . import bearing, deciding, ending, skills


def start(contract: Contract, step: int) -> None:
    """Begin a phase of a contract: design, building, or running the service."""
    if contract.state in (State.BROKEN, State.FAILED, State.ENDED):
        return
    buyer, model, undertaking = contract.buyer, contract.buyer.model, contract.undertaking
    if waits(contract):  # the builder failed: whoever is to operate what it built waits for the next one
        contract.put_off()
        model.schedule(model.month + 1, start, contract, step)
        return
    if contract.stands_in and any(c.began == model.month and c.batch != contract.batch for c in undertaking.operating):
        contract.ending = "replaced: whoever was to follow was ready in time"
        ending.close(contract, State.ENDED)
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
        model.schedule(ready, ending.finish, contract)


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
    apart = 1.0 - p.co_design_effect * deciding.policy_of(buyer, undertaking).co_design
    cost = round(p.interface_cost * service.complexity * apart * value * contract.share)
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
        ending.finish(old, replaced=True)
    for clause in contract.clauses:
        clause.on_start(contract, model.month)
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
    contract.claims.alone = earned_by(contract)
    model.schedule(end, ending.finish, contract)
    if contract.first_of_batch():
        model.schedule(end - buyer.lead(undertaking), buyer.review, undertaking)
    for month in contract.breaks:
        model.schedule(month, buyer.consider_break, contract)
