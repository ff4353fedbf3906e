"""Break on change of control: the buyer may leave when its provider is bought. Source: the NLGN report on break clauses and on Carillion;
Shleifer and Summers 1988."""

from . import Clause


class ChangeOfControlBreak(Clause):
    """When the provider has a new owner the buyer thinks of leaving as at a break date. Nobody else is affected, so bidders ask little."""

    operation_only = True
    numbers = {
        "premium": {
            "title": "Added to bids for it",
            "value": 0.001,
            "unit": "share of cost, added to bids",
            "accepts": (0, 0.1),
            "assumed": (0.0, 0.005),
            "note": "Owners lose part of what a sale would bring; no measure.",
        },
    }

    def on_price(self, tender):
        return self.premium

    def on_takeover(self, contract, month):
        if contract.buyer.model.scenario.switches.breaks:
            contract.buyer.consider_break(contract, "its provider has a new owner")
