"""Profit share: part of a year's profit goes back to the buyer, or to the community. Source: Capita's five per cent in the LGiU report
(birmingham_profit_share); what became of it, f_birmingham."""

from ..profits import dilute, financed, settle
from . import Clause


class ProfitShare(Clause):
    """Each year the buyer gets `share` of the profit that the accounts show, and of that `community` goes to voluntary bodies.

    Losses are not shared. What a tax on profit does to bids holds here: as a share of profit it moves no price by itself. With a
    project company it is a share of that company's dividends.
    """

    pot = "profit"
    numbers = {
        "share": {
            "title": "Profit that goes back",
            "value": 0.3,
            "unit": "share of the profit on the contract",
            "accepts": (0, 1),
            "assumed": (0.05, 0.5),
            "note": "From 5% for the community (birmingham_profit_share) to the council's 30% of efficiency gains (f_birmingham).",
        },
        "community": {
            "title": "Part of it for voluntary bodies",
            "value": 0.0,
            "unit": "part of it for voluntary bodies",
            "accepts": (0, 1),
            "assumed": (0.0, 1.0),
            "note": "The five per cent in Birmingham were all for the community.",
        },
    }
    every = 12

    def on_risk(self, bearing):
        if not bearing.financed:
            bearing.earned -= self.share

    def on_award(self, contract):
        contract.claims.profit += self.share
        contract.claims.community += self.share * self.community
        if not financed(contract) and contract.buyer.model.scenario.switches.ownership:
            dilute(contract, self.share)

    def on_month(self, contract, month):
        settle(contract, month)

    def on_end(self, contract, month):
        settle(contract, month)
