"""How a service comes into the hands of its commissioner's own team or company."""

from __future__ import annotations

from typing import Any

from ..model.contracts import Contract
from ..model.delivery import COST_PLUS, FIXED, OPERATE
from ..model.ledger import CONTINUITY
from ..model.services import Undertaking
from . import awarding, circumstances, deciding, running, skills


def take_in_house(
    buyer: Any, undertaking: Undertaking, month: int, reason: str, share: float = 1.0, months: int = 0, by: Any = None
) -> Contract:
    """The commissioner's own team takes the service over, at cost, or a company `by` which it does so, at a price."""
    model, p, team = buyer.model, buyer.model.scenario.parameters, by or buyer.team
    saving = undertaking.asset.saving if undertaking.asset else 0.0
    base = undertaking.level * undertaking.reference * share * (1.0 - saving) * p.in_house_cost
    month = max(month, model.month + 1) if model.started else month
    term = months or deciding.policy_of(buyer, undertaking).operate_months
    contract = awarding.draw_up(
        buyer, undertaking, team, team.key ^ undertaking.key ^ model.month ^ (len(undertaking.coming) << 32),
        [(OPERATE, month, term, base, base * team.efficiency[2])], buyer.specify(undertaking, model.month),
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
        if reason != "stand-in":
            set_up(contract)
        undertaking.coming.append(contract)
        model.schedule(month, running.start, contract, 0)
    return contract


def set_up(contract: Contract) -> None:
    """A team (or company) that takes a service over from others needs managers, systems and vehicles first. Who stands in for a failed
    provider is paid for as continuity."""
    buyer, model = contract.buyer, contract.buyer.model
    if any(c.provider is contract.provider for c in contract.undertaking.operating):
        return
    cost = round(model.scenario.parameters.set_up_cost * contract.annual)
    model.ledger.post(buyer.account, model.nation.economy, CONTINUITY, cost)
    model.tally("set_up_cost", cost, buyer)
    buyer.note_extra(cost)
