"""What commissioners learn in a year: how each form of delivery does, what practices are worth, and what they mean to do
(mechanism 12). Own results weigh most, other buyers' less; failures that the papers write about are heard by all.
"""

from __future__ import annotations

from math import fsum
from typing import Any

from ..model.chance import key
from ..model.contracts import Contract
from . import bearing

FORMS = ("market", "in-house")
PRACTICES = ("annual_service_plan", "break_clause", "open_book")
"""Clauses that a council with discretion may take up or drop by what it and others have seen of them."""

FOR_VOLUNTARY_BODIES = ("vcs_share", "grant_agreement", "community_fund", "capacity_transfer")
"""Clauses by which a partnership form favours voluntary bodies."""


def form_of(contract: Contract) -> str:
    """The form of delivery that a contract's result speaks for."""
    return "in-house" if contract.provider is contract.buyer.team else "market"


def result_of(contract: Contract) -> float:
    """A running contract's value for money in the past year: the worth of its quality less its price, and less what was paid
    beyond the price for changes, disputes and handovers."""
    buyer, columns, row = contract.buyer, contract.table.columns, contract.row
    beyond = contract.beyond / (12.0 * max(1.0, columns["reference"][row] * columns["volume"][row]))
    return buyer.value_of(contract) - beyond


def year(model: Any) -> None:
    """Every commissioner's year."""
    p, switches = model.scenario.parameters, model.scenario.switches
    beliefs = {form: fsum(b.belief[form] for b in model.commissioners) for form in FORMS}
    for buyer in model.commissioners:
        buyer.results = []
        for duty in buyer.undertakings:
            for contract in duty.operating:
                bearing.note_year(contract)
                buyer.results.append((contract, result_of(contract)))
        buyer.learn(beliefs)
    if switches.learning and model.heard:
        heard = min(p.belief_news_limit, p.belief_news * model.heard)
        for buyer in model.commissioners:
            buyer.belief["market"] -= heard
    model.heard = 0.0
    gathered = gather(model) if any(b.policy.discretion for b in model.commissioners) else {}
    for buyer in model.commissioners:
        if buyer.policy.discretion and switches.learning:
            consider_practices(buyer, gathered)
            consider_forms(buyer)
        if buyer.may_insource:
            intend(buyer)
        for contract, _ in buyer.results:
            contract.beyond = 0.0


def own_year(buyer: Any, beliefs: dict[str, float]) -> None:
    """Beliefs move towards other commissioners' mean and, more, towards what its own contracts gave."""
    p = buyer.model.scenario.parameters
    others = len(buyer.model.commissioners) - 1
    for form in FORMS if others else ():
        mean = (beliefs[form] - buyer.belief[form]) / others
        buyer.belief[form] += p.learning_others * p.learning_rate * (mean - buyer.belief[form])
    rate, belief = p.learning_own * p.learning_rate, buyer.belief
    for contract, result in buyer.results:
        form = form_of(contract)
        belief[form] += rate * (result - belief[form])


def saw_failure(contract: Contract, loss: float) -> None:
    """A provider of its own failed: the last result of that contract is its value less what keeping the service going cost."""
    buyer = contract.buyer
    model, p = buyer.model, buyer.model.scenario.parameters
    model.heard += p.news_base + contract.undertaking.service.vulnerability
    if model.scenario.switches.learning and contract in contract.undertaking.operating:
        result = result_of(contract) - loss / max(1.0, 12.0 * contract.price)
        buyer.belief["market"] += p.learning_own * p.learning_rate * (result - buyer.belief["market"])


# --- partnership forms --------------------------------------------------------------------------------------------------


def begin_forms(buyer: Any) -> None:
    """Those that a council may choose among are thought worth what its usual form is; a few councils are first with one."""
    model = buyer.model
    names = tuple(model.scenario.term_sheets) if buyer.policy.forms else ()
    share = model.scenario.parameters.pioneers
    buyer.pioneered = {name for name in names if model.chance.uniform("pioneer of a form", buyer.key, key(name)) < share}
    buyer.worth_of_form = dict.fromkeys(("", *names), model.scenario.parameters.belief_start)


def consider_forms(buyer: Any) -> None:
    """What each form is worth moves towards what its own contracts let under it gave, and towards what others make of it."""
    model, p = buyer.model, buyer.model.scenario.parameters
    others = [b for b in model.commissioners if b is not buyer and b.policy.discretion and b.policy.forms]
    for name in buyer.worth_of_form if buyer.policy.forms else ():
        known = [b.worth_of_form[name] for b in others if name in b.worth_of_form]
        if known:
            mean = fsum(known) / len(known) - buyer.worth_of_form[name]
            buyer.worth_of_form[name] += p.learning_others * p.learning_rate * mean
    for contract, result in buyer.results:
        if contract.provider is not buyer.team and contract.let_as in buyer.worth_of_form:
            worth = buyer.worth_of_form[contract.let_as]
            buyer.worth_of_form[contract.let_as] += p.learning_own * p.learning_rate * (result - worth)


# --- practices ----------------------------------------------------------------------------------------------------------


def begin_practices(buyer: Any) -> None:
    """A few are first with a practice, whatever the policy; nobody knows yet what it is worth."""
    p, chance = buyer.model.scenario.parameters, buyer.model.chance
    buyer.practices = {name for i, name in enumerate(PRACTICES) if chance.uniform("pioneer", buyer.key, i) < p.pioneers}
    buyer.worth = dict.fromkeys(PRACTICES, 0.0)


def seen_of(buyer: Any) -> dict[str, float]:
    """What its own contracts say of each practice: the mean result with the clause less the mean without; nothing if it has
    contracts of one kind only."""
    results = [
        ({clause.__class__.__module__.rpartition(".")[2] for clause in contract.clauses}, result)
        for contract, result in buyer.results
        if contract.provider is not buyer.team
    ]
    seen = {}
    for name in PRACTICES:
        with_it = [r for names, r in results if name in names]
        without = [r for names, r in results if name not in names]
        if with_it and without:
            seen[name] = fsum(with_it) / len(with_it) - fsum(without) / len(without)
    return seen


def gather(model: Any) -> dict[str, float]:
    """What all commissioners' own contracts say of each practice, taken together: what a centre for what works would publish.

    It publishes nothing on a practice that too few have tried.
    """
    for buyer in model.commissioners:
        buyer.seen = seen_of(buyer)
    found = {}
    for name in PRACTICES:
        said = [b.seen[name] for b in model.commissioners if name in b.seen]
        if len(said) >= model.scenario.parameters.evidence_needed:
            found[name] = fsum(said) / len(said)
    return found


def consider_practices(buyer: Any, gathered: dict[str, float]) -> None:
    """Learn what practices are worth, from its own contracts, from others' talk, or from what is gathered; take them up or drop them."""
    model, p = buyer.model, buyer.model.scenario.parameters
    shared = model.government.shares_practice()
    others = [b for b in model.commissioners if b is not buyer]
    for name in PRACTICES:
        worth = buyer.worth[name]
        if name in buyer.seen:
            worth += p.learning_rate * (buyer.seen[name] - worth)
        if shared and name in gathered:
            worth += p.peer_rate * (gathered[name] - worth)
        elif others:
            mean = fsum(b.worth[name] for b in others) / len(others)
            worth += p.learning_others * p.learning_rate * (mean - worth)
        buyer.worth[name] = worth
        if name not in buyer.practices and worth > p.practice_worth:
            buyer.practices.add(name)
            model.event("practice", -1, buyer, "", None, worth, f"takes up {name}")
        elif name in buyer.practices and worth < -p.practice_worth:
            buyer.practices.discard(name)
            model.event("practice", -1, buyer, "", None, worth, f"drops {name}")


# --- intentions ---------------------------------------------------------------------------------------------------------


def intend(buyer: Any) -> None:
    """What a council would say if it were asked whether it will outsource more, the same or less in the years to come.

    The event also notes where it stands: its client side, and the mean result of its running contracts.
    """
    p = buyer.model.scenario.parameters
    lead = buyer.belief["market"] + buyer.politics.outsourcing - buyer.belief["in-house"]
    word = "more" if lead > p.intention_gap else "less" if lead < -p.intention_gap else "same"
    mean = fsum([result for _, result in buyer.results]) / len(buyer.results) if buyer.results else 0.0
    buyer.model.event("intention", -1, buyer, "", None, lead, f"{word}; client capacity {buyer.capacity:.3f}; result {mean:.3f}")
