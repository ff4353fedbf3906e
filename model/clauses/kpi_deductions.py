"""KPI deductions: payment is withheld for measured shortfalls. Source: availability and performance regimes of PFI and
later contracts; Holmstrom and Milgrom 1991 on what cannot be measured."""

from . import Clause


class KpiDeductions(Clause):
    """A fine of `rate` times the payment for each unit of shortfall that is measurable and seen; bidders price it at `cost`."""

    defaults = {"rate": 0.5, "cost": 0.004}

    def on_price(self, tender):
        return self.cost

    def on_award(self, contract):
        contract.fine += self.rate
