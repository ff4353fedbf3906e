"""Deductions by performance indicators (KPIs): payment is withheld for measured shortfalls. Source: availability and performance regimes
of PFI and later contracts; Holmstrom and Milgrom 1991 on what cannot be measured."""

from . import Clause


class KpiDeductions(Clause):
    """A fine of `rate` times the payment for each unit of shortfall that is measurable and seen; bidders price it at `cost`."""

    operation_only = True
    numbers = {
        "rate": {
            "title": "Deducted for each shortfall",
            "help": "For each unit of shortfall that is measurable and seen.",
            "value": 0.5,
            "unit": "share of the payment per unit of shortfall seen",
            "accepts": (0, 100),
            "assumed": (0.1, 1.0),
            "note": "No measure; the model never withholds more than half of a payment, whatever the rate.",
        },
        "cost": {
            "title": "Added to bids for it",
            "value": 0.004,
            "unit": "share of cost, added to bids",
            "accepts": (0, 0.5),
            "assumed": (0.0, 0.02),
            "note": "Measuring and reporting what is paid for; no figure found.",
        },
    }

    def on_price(self, tender):
        return self.cost

    def on_start(self, contract, month):
        contract.fine += self.rate
        contract.cost *= 1.0 + self.cost
