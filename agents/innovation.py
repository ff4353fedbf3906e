"""Joint innovation (mechanism 7): who looks for improvements of a running contract, how hard, and what becomes of what is found.

Looking costs money at once; what it finds is shared by a promise that no contract writes down in full. So a provider looks as hard as it
trusts the buyer to keep that promise, and as long as there is time left to earn. The buyer in turn takes up what it can see to be
sound, or believes. Sources: Baker, Gibbons and Murphy 2002; Laffont and Tirole 1993 on effort that is taken away again.
"""

from __future__ import annotations

from math import log
from typing import Any

from ..model import trusting
from ..model.delivery import COST_PLUS
from ..model.ledger import REVIEW


def review(contract: Any, share: float, cost: float) -> None:
    """A year's review: the provider has looked for improvements; one that it brings forward and the buyer believes in is adopted."""
    buyer, model = contract.buyer, contract.buyer.model
    p, chance, month = model.scenario.parameters, model.chance, model.month
    pence = int(cost * 12.0 * contract.price)
    for side in (buyer.account, contract.provider.account):
        model.ledger.post(side, model.nation.economy, REVIEW, pence)
    buyer.note_extra(pence)
    model.tally("transaction_cost", 2 * pence, buyer)
    if not model.scenario.switches.joint_innovation:
        return
    effort = looks(contract, share, p)
    model.book_work(contract, int(p.idea_cost * effort**2 / 2.0 * 12.0 * contract.work.cost))
    if chance.uniform("idea", contract.key, month) >= p.idea_rate * effort:
        return
    saving = min(p.idea_limit, -p.idea_saving * log(1.0 - chance.uniform("idea saves", contract.key, month)))
    better = -p.idea_quality * log(1.0 - chance.uniform("idea improves", contract.key, month))
    if believes(contract, share * saving + p.quality_value * better, p):
        adopt(contract, share, saving, better)


def looks(contract: Any, share: float, p: Any) -> float:
    """How hard the provider looks, 0-1: the best it can do where looking a costs idea_cost a²/2 a year, finds idea_rate a, and it
    keeps what is not the buyer's for the years that are left, if the buyer keeps its word, which it does as far as it is trusted."""
    if contract.terms["mechanism"] == COST_PLUS or p.idea_cost == 0.0:
        return 0.0
    years = min(contract.remaining(contract.buyer.model.month), p.change_horizon) / 12.0
    kept = (1.0 - share) * float(contract.claim) * p.idea_saving * years
    return min(1.0, p.idea_rate * kept * float(contract.trust) / p.idea_cost)


def believes(contract: Any, worth: float, p: Any) -> bool:
    """Whether the buyer takes it up: `worth` a year, as far as it sees or trusts that it is so, against what the change costs to make."""
    seen = float(contract.knowledge)
    years = min(contract.remaining(contract.buyer.model.month), p.change_horizon) / 12.0
    return (seen + (1.0 - seen) * float(contract.trust)) * worth * years > p.adaptation_cost * p.change_base


def adopt(contract: Any, share: float, saving: float, better: float) -> None:
    """The service is done in the new way: cheaper, and better; the buyer pays less by its share. Working it out together builds trust."""
    buyer, model = contract.buyer, contract.buyer.model
    work = contract.work
    saved = saving * work.cost
    work.cost -= saved
    for paid in {contract, work}:
        paid.price -= share * saved
    contract.bonus += better
    contract.innovations += 1
    trusting.met(contract, model.scenario.parameters.idea_trust)
    model.tally("innovations", 1, buyer)
    model.event("innovation", contract.number, buyer, contract.provider.name, contract.undertaking, 12.0 * saved)
