"""Gain share: savings and overruns are split against a target cost. Source: the NLGN report on sharing gains and risks; Laffont and
Tirole 1993 on the power of incentives."""

from . import Clause


class GainShare(Clause):
    """The buyer gets `share` of what is saved and pays `share` of what building and running cost beyond what was foreseen.

    It must see the costs for that; bidders spend `cost` on keeping them open. What a provider saves by doing less it must share too.
    Where cost is paid, whatever it is, nothing is saved for either to share.
    """

    payments = ("fixed price", "volume price", "availability payment", "payment by results", "gain share")
    numbers = {
        "share": {
            "title": "Savings and overruns that are the buyer's",
            "value": 0.5,
            "unit": "share of savings and overruns, the buyer's",
            "accepts": (0, 1),
            "assumed": (0.2, 0.7),
            "note": "Halves are usual; in Birmingham 30% of efficiency gains were the council's (f_birmingham).",
        },
        "cost": {
            "title": "Cost of showing the accounts",
            "value": 0.002,
            "unit": "share of cost, added to bids",
            "accepts": (0, 0.5),
            "assumed": (0.0, 0.01),
            "note": "As for an open book: accounts kept for the client; no figure found.",
        },
    }

    def on_price(self, tender):
        return self.cost

    def on_risk(self, bearing):
        bearing.kept *= 1.0 - self.share

    def on_award(self, contract):
        contract.costs_rise(1.0 + self.cost)
