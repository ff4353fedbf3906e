"""Government: the grant path and the rules that hold for all."""

from mesa import Agent

from ..model.ledger import COUNCIL_TAX, GRANT


class Government(Agent):
    """Funds commissioners month by month along their budget paths, collects taxes, pays benefits and pensions."""

    name, label = "Government", "government"

    def __init__(self, model, account):
        super().__init__(model)
        self.account = account

    def month(self):
        """Pay every commissioner a twelfth of the year's budget, less what its council tax brings."""
        for buyer in self.model.commissioners:
            due = round(buyer.budget / 12.0)
            own = self.model.council_tax if buyer.collects_tax else 0
            self.model.ledger.post(self.account, buyer.account, GRANT, max(0, due - own))
            if own > due:  # a council that raises more than its share of services costs passes the rest to other services
                self.model.ledger.post(buyer.account, self.account, COUNCIL_TAX, own - due)
