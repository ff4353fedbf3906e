"""Government: the grant path and the rules that hold for all."""

from __future__ import annotations

from typing import Any

from mesa import Agent

from ..model.ledger import COUNCIL_TAX, GRANT, TRAINING
from ..model.needs import month_number
from ..scenarios.schema import ClauseUse, Policy

RULED = {
    "open_book_above": "open_book", "disclosure_above": "data_disclosure", "accreditation_above": "accreditation",
    "publication_above": "subcontract_publication",
}  # fmt: skip
"""The clause that each national threshold brings."""


class Government(Agent):
    """Funds commissioners month by month along their budget paths, collects taxes, pays benefits and pensions, sets rules."""

    name, label = "Government", "government"

    def __init__(self, model: Any, account: int) -> None:
        super().__init__(model)
        self.account = account
        self.rules = model.scenario.rules
        start = model.scenario.horizon.start
        self.rules_from = month_number(self.rules.start or start) - month_number(start)
        self.bound: dict[int, tuple[Policy, Policy]] = {}  # policies with the national clauses, by the policy they were made of

    def month(self) -> None:
        """Pay every commissioner a twelfth of the year's budget, less what its council tax brings."""
        model = self.model
        due, council = model.grants.copy(), model.council
        beyond = model.council_tax - due[council.number]  # what the tax raises beyond the modelled services goes to others
        due[council.number] = max(0, -beyond)
        model.ledger.post_all(model.government_accounts, model.buyer_accounts, GRANT, due)
        model.ledger.post(council.account, self.account, COUNCIL_TAX, max(0, beyond))

    # --- national rules (mechanism 12) ------------------------------------------------------------------------------

    def in_force(self) -> bool:
        """Whether the national rules hold this month."""
        return self.model.month >= self.rules_from

    def bind(self, policy: Policy) -> Policy:
        """A policy with the clauses that national rules ask for: those it does not have, and a lower threshold for those it has."""
        asked = {RULED[name]: above for name, above in self.rules if name in RULED and above is not None}
        if not asked or not self.in_force():
            return policy
        if id(policy) not in self.bound:
            kept = [c.model_copy(update={"above": min(c.above, asked.get(c.name, c.above))}) for c in policy.clauses]
            names = {clause.name for clause in kept}
            added = (ClauseUse(name=name, above=above) for name, above in asked.items() if name not in names)
            self.bound[id(policy)] = policy, policy.model_copy(update={"clauses": (*kept, *added)})
        return self.bound[id(policy)][1]

    def shares_practice(self) -> bool:
        """Whether what worked is gathered and shared this year (the What Works centre of the report)."""
        return self.rules.peer_learning and self.in_force() and self.model.scenario.switches.social_learning

    def year(self) -> None:
        """Train commissioners up to the floor, and let them learn from the best among them."""
        model, p = self.model, self.model.scenario.parameters
        if not self.in_force():
            return
        if self.rules.training is not None:
            for buyer in model.commissioners:
                if buyer.capacity < self.rules.training:
                    self.train(buyer)
        if self.shares_practice():
            best = max(b.capacity for b in model.commissioners)
            for buyer in model.commissioners:
                buyer.capacity += p.peer_capacity * (best - buyer.capacity)

    def train(self, buyer: Any) -> None:
        """Bring one commissioner's client side up to the floor; both pay for what it takes."""
        model, p = self.model, self.model.scenario.parameters
        missing = self.rules.training - buyer.capacity
        cost = round(p.training_cost * missing * buyer.budget)
        own = round(p.training_share * cost)
        model.ledger.post(buyer.account, model.nation.economy, TRAINING, own)
        model.ledger.post(self.account, model.nation.economy, TRAINING, cost - own)
        buyer.note_extra(own)
        buyer.capacity = self.rules.training
