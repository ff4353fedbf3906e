"""Government: the grant path and the rules that hold for all."""

from __future__ import annotations

from typing import Any

from mesa import Agent

from ..model.ledger import COUNCIL_TAX, GRANT


class Government(Agent):
    """Funds commissioners month by month along their budget paths, collects taxes, pays benefits and pensions."""

    name, label = "Government", "government"

    def __init__(self, model: Any, account: int) -> None:
        super().__init__(model)
        self.account = account

    def month(self) -> None:
        """Pay every commissioner a twelfth of the year's budget, less what its council tax brings."""
        model = self.model
        due, council = model.grants.copy(), model.council
        beyond = model.council_tax - due[council.number]  # what the tax raises beyond the modelled services goes to others
        due[council.number] = max(0, -beyond)
        model.ledger.post_all(model.government_accounts, model.buyer_accounts, GRANT, due)
        model.ledger.post(council.account, self.account, COUNCIL_TAX, max(0, beyond))
